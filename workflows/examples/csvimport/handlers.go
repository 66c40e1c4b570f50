package csvimport

import (
	"context"
	"fmt"
)

// An Import is the input of ImportCaptions.
type Import struct {
	Agency string `json:"agency"`
	Day    string `json:"day"` // as in 2026-01-31
	Key    string `json:"key"` // of the file, in the Lake
}

// A Row is one of the file, whose first line names the columns.
type Row struct {
	Photo   string `json:"photo"`
	Caption string `json:"caption"`
}

// A Load is what one call of LoadRows gets.
type Load struct {
	Agency string `json:"agency"`
	Day    string `json:"day"`
	Rows   []Row  `json:"rows"`
}

// A Loaded is what one call of LoadRows has done.
type Loaded struct {
	Rows  int    `json:"rows"`
	First string `json:"first"`
}

// An Imported is what ImportCaptions gives: where the manifest of the results is.
type Imported struct {
	Agency  string `json:"agency"`
	Results string `json:"results"`
}

// BadRow says that a row cannot be loaded, and why.
type BadRow struct {
	Number int
	Why    string
}

func (e BadRow) Error() string { return fmt.Sprintf("row %d %s", e.Number, e.Why) }

// LoadRows loads rows, all or none. Here it only looks at them; yours writes them into a database.
func LoadRows(_ context.Context, l Load) (Loaded, error) {
	for i, r := range l.Rows {
		switch {
		case r.Photo == "":
			return Loaded{}, BadRow{i + 1, "names no photo"}
		case r.Caption == "":
			return Loaded{}, BadRow{i + 1, "has no caption"}
		}
	}
	return Loaded{Rows: len(l.Rows), First: l.Agency + "/" + l.Day + "/" + l.Rows[0].Photo}, nil
}
