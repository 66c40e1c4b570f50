// Package children chooses the best photographs of all albums, with workflows that start each other.
//
// Each photograph is scored by an Express workflow, which is called like a function: albums and photographs side by
// side, and one that cannot be scored counts nothing. The scores of all albums become one list, the best first. Archive
// is started and left alone, under the name of this execution, so that it is started once however often the step runs.
// HangExhibition is waited for, although it takes a week, because what it gives is the result.
package children

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/states"
)

var (
	// ChooseBest scores the photographs of all albums and has the best exhibited.
	ChooseBest = flow.Standard("Choose best", chooseBest)
	// ScorePhoto scores one photograph.
	ScorePhoto = flow.Express("Score photo", scorePhoto)
	// Archive keeps a ranking.
	Archive = flow.Standard("Archive", archive)
	// HangExhibition hangs the best of a ranking.
	HangExhibition = flow.Standard("Hang exhibition", hangExhibition)
)

var (
	patiently  = flow.Backoff{Attempts: 5, First: time.Second, Rate: 2, Max: 20 * time.Second, Jitter: true}
	gently     = flow.Retry(lambda.Retryable, patiently)
	throttled  = flow.Retry(states.Throttled, patiently)
	regardless = func(*flow.Caught) {}
)

// chooseBest ranks the photographs.
func chooseBest(f *flow.Flow, albums *[]Album) *Exhibition {
	scores := flow.Each(f, "Albums", albums, func(f *flow.Flow, album *Album) *[]Scored {
		return flow.Each(f, "Photos", &album.Photos, func(f *flow.Flow, photo *Photo) *Scored {
			score := states.Call(f, "Score one photo", ScorePhoto, photo, throttled)
			flow.Rescue(f, score, states.ChildFailed, func(*flow.Caught) *Score { return &Score{} })
			scored := &Scored{}
			return flow.Fill(f, scored,
				flow.Set(&scored.Photo, flow.Text(f, &album.Name, "/", &photo.ID)), flow.Set(&scored.Score, &score.Points))
		}, flow.Concurrency(20))
	}, flow.Concurrency(2))

	me := flow.Execution(f)
	ranking := &Ranking{}
	flow.Fill(f, ranking,
		flow.Set(&ranking.By, &me.Name), flow.Set(&ranking.Begun, &me.StartTime),
		flow.Set(&ranking.Photos, flow.SortBy(f, flow.Flatten(f, scores), func(s *Scored) *float64 {
			return flow.Sub(f, new(0.0), &s.Score) // the best first
		})))
	ranking = flow.Let(f, "ranking", ranking)

	states.Start(f, "Start the archive", Archive, &me.Name, ranking, throttled, flow.Catch(states.AlreadyRunning, regardless))
	return states.Run(f, "Wait for the exhibition", HangExhibition, nil, ranking, throttled)
}

// scorePhoto calls a function; in an Express workflow many such calls cost little.
func scorePhoto(f *flow.Flow, photo *Photo) *Score {
	return flow.Task(f, "Look at it", LookAt, photo, flow.Timeout(20*time.Second), gently)
}

func archive(f *flow.Flow, ranking *Ranking) *Archived {
	return flow.Task(f, "File it", File, ranking, gently)
}

// hangExhibition hangs the best, if there is any.
func hangExhibition(f *flow.Flow, ranking *Ranking) *Exhibition {
	flow.Choice(f, "Anything to show?").
		When(flow.Above(flow.Count(f, &ranking.Photos), 0), flow.Continue).
		Otherwise(func() { flow.Return(f, "Empty walls", &Exhibition{Title: "Empty walls", Photos: []string{}}) })
	flow.Wait(f, "Print and frame", 7*24*time.Hour)
	exhibition := &Exhibition{}
	best := flow.First(f, &ranking.Photos)
	return flow.Fill(f, exhibition,
		flow.Set(&exhibition.Title, flow.Text(f, &best.Photo, " and others")),
		flow.Set(&exhibition.Photos, flow.Map(f, &ranking.Photos, func(s *Scored) *string { return &s.Photo })))
}
