package children

import (
	"context"
	"fmt"
	"time"
)

// The input of ChooseBest is a list of albums.
type (
	// An Album has photographs.
	Album struct {
		Name   string  `json:"name"`
		Photos []Photo `json:"photos"`
	}
	// A Photo is one of them, with what is known of it.
	Photo struct {
		ID       string `json:"id"`
		Sharp    int    `json:"sharp"`    // 0 to 10
		Colours  int    `json:"colours"`  // 0 to 10
		Horizons int    `json:"horizons"` // one is right
	}
)

// A Score is what ScorePhoto gives.
type Score struct {
	Points float64 `json:"points"`
}

// A Scored is a photograph with its score.
type Scored struct {
	Photo string  `json:"photo"` // album/id
	Score float64 `json:"score"`
}

// A Ranking is what Archive and HangExhibition take.
type Ranking struct {
	By     string    `json:"by"` // the execution
	Begun  time.Time `json:"begun"`
	Photos []Scored  `json:"photos"` // the best first
}

// An Archived is what Archive gives.
type Archived struct {
	Signature string `json:"signature"`
}

// An Exhibition is what ChooseBest gives, and HangExhibition.
type Exhibition struct {
	Title  string   `json:"title"`
	Photos []string `json:"photos"`
}

// Crooked says that a photograph cannot be scored.
type Crooked struct{ Photo string }

func (e Crooked) Error() string { return e.Photo + " has more than one horizon" }

// LookAt scores a photograph. Here it counts what it is told; yours looks.
func LookAt(_ context.Context, p Photo) (Score, error) {
	if p.Horizons > 1 {
		return Score{}, Crooked{p.ID}
	}
	return Score{Points: float64(2*p.Sharp+p.Colours) / 3}, nil
}

// File keeps a ranking. Here it only makes its signature.
func File(_ context.Context, r Ranking) (Archived, error) {
	return Archived{Signature: fmt.Sprintf("%s/%d", r.Begun.Format("2006-01-02"), len(r.Photos))}, nil
}
