package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A report is what was measured, in one run.
type report struct {
	Processors int      `json:"processors"`
	Go         string   `json:"go"`
	Node       string   `json:"node,omitempty"`
	Peer       string   `json:"peer,omitempty"`
	WithoutIt  string   `json:"peerMissing,omitempty"` // why there are no figures of the peer
	Rows       []figure `json:"rows"`
}

// A figure is what one workload took. Times are of one execution.
type figure struct {
	Name          string  `json:"name"`
	Transitions   int     `json:"transitions,omitempty"`
	Events        int     `json:"events,omitempty"`
	Milliseconds  float64 `json:"milliseconds,omitempty"`
	PerSecond     float64 `json:"transitionsPerSecond,omitempty"`
	Nanoseconds   float64 `json:"nanosecondsPerTransition,omitempty"`
	Allocations   float64 `json:"allocationsPerTransition"`
	Bytes         float64 `json:"bytesPerTransition"`
	PeerMillis    float64 `json:"peerMilliseconds,omitempty"`
	Ratio         float64 `json:"ratio,omitempty"`      // how many times as long the peer takes
	Wanted        float64 `json:"wanted,omitempty"`     // the ratio
	PeerWrong     bool    `json:"peerWrong,omitempty"`  // its result is another one
	OfTwin        float64 `json:"ofJSONPath,omitempty"` // times what the same takes in JSONPath
	OfTenth       float64 `json:"ofTenth,omitempty"`    // times what a tenth of the items takes
	Problem       string  `json:"problem,omitempty"`    // why there are no figures
	times, theirs []time.Duration
}

func measure(ctx context.Context, s *settings, log io.Writer) (*report, error) {
	r := &report{Processors: runtime.GOMAXPROCS(0), Go: runtime.Version()}
	var p *peer
	if s.alone {
		r.WithoutIt = "left out"
	} else {
		fmt.Fprintf(log, "installing %s into a scratch folder\n", peerPackage)
		var err error
		if p, err = install(ctx, s.folder); err != nil {
			r.WithoutIt = err.Error()
		} else {
			r.Peer, r.Node = peerPackage, p.node
			defer p.remove() //nolint:errcheck // a folder for temporary files
		}
	}
	var chosen []*workload
	for i := range workloads {
		if w := &workloads[i]; s.only.MatchString(w.name) {
			chosen = append(chosen, w)
			r.Rows = append(r.Rows, figure{Name: w.name, Wanted: w.goal})
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no workload matches %q", s.only)
	}
	err := profiled(s.profile, func() error {
		for round := range s.rounds {
			fmt.Fprintf(log, "round %d of %d\n", round+1, s.rounds)
			for i, w := range chosen {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				r.Rows[i].measure(ctx, w, s.folder, p)
			}
		}
		return nil
	})
	r.compare(chosen)
	return r, err
}

// measure adds a round.
func (f *figure) measure(ctx context.Context, w *workload, folder string, p *peer) {
	if f.Problem != "" {
		return
	}
	m, err := ours(ctx, w, folder)
	if err != nil {
		f.Problem, _, _ = strings.Cut(err.Error(), "\n")
		return
	}
	n := float64(m.transitions)
	f.Transitions, f.Events = m.transitions, m.events
	f.Allocations, f.Bytes = float64(m.allocs)/float64(w.runs)/n, float64(m.bytes)/float64(w.runs)/n
	f.times = append(f.times, m.median())
	took := slices.Min(f.times)
	f.Milliseconds, f.Nanoseconds = took.Seconds()*1e3, float64(took.Nanoseconds())/n
	f.PerSecond = n / took.Seconds()
	if p == nil || w.peerRuns == 0 {
		return
	}
	theirs, output, err := p.measure(ctx, w)
	if err != nil || !agrees(m.output, output) {
		f.PeerWrong = true
		return
	}
	f.theirs = append(f.theirs, theirs)
	f.PeerMillis = slices.Min(f.theirs).Seconds() * 1e3
	f.Ratio = f.PeerMillis / f.Milliseconds
}

// compare sets what one workload takes in relation to another.
func (r *report) compare(chosen []*workload) {
	of := map[string]float64{}
	for _, f := range r.Rows {
		of[f.Name] = f.Milliseconds
	}
	for i, w := range chosen {
		f := &r.Rows[i]
		if twin := of[w.twin]; twin > 0 {
			f.OfTwin = f.Milliseconds / twin
		}
		if tenth := of[w.linear]; tenth > 0 {
			f.OfTenth = f.Milliseconds / tenth
		}
	}
}

// wrong tells whether an execution of ours went wrong.
func (r *report) wrong() bool {
	for _, f := range r.Rows {
		if f.Problem != "" {
			return true
		}
	}
	return false
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "%d processors, %s", r.Processors, r.Go)
	if r.Peer != "" {
		fmt.Fprintf(w, "; peer: %s on Node %s", r.Peer, r.Node)
	}
	fmt.Fprintf(w, "\ntimes of one execution: medians, of the fastest round; a transition is one StateEntered; whole histories are kept\n\n")
	fmt.Fprintf(w, "%-26s %9s %12s %7s %7s %7s %10s %7s %8s %7s\n", "workload", "ms", "transitions/s", "ns/tr", "allocs", "bytes", "peer ms", "ratio", "/JSONPath", "/tenth")
	for _, f := range r.Rows {
		if f.Problem != "" {
			fmt.Fprintf(w, "%-26s %s\n", f.Name, f.Problem)
			continue
		}
		fmt.Fprintf(w, "%-26s %9.3f %13.0f %7.0f %7.1f %7.0f %10s %7s %8s %7s\n", f.Name, f.Milliseconds, f.PerSecond, f.Nanoseconds,
			f.Allocations, f.Bytes, f.peer(), times(f.Ratio), times(f.OfTwin), times(f.OfTenth))
	}
	if r.WithoutIt != "" {
		fmt.Fprintf(w, "\nwithout the peer: %s\n", r.WithoutIt)
	}
}

// peer is what the peer took, or that its result is not right.
func (f *figure) peer() string {
	switch {
	case f.PeerWrong:
		return "wrong"
	case f.PeerMillis == 0:
		return "-"
	}
	return fmt.Sprintf("%.3f", f.PeerMillis)
}

func times(n float64) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1fx", n)
}
