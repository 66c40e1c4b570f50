package main

import (
	"context"
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/diag"
)

// An other is a kind of cases that the engine does not answer for. They are told apart, and count for nothing.
type other struct {
	Kind   string     `json:"kind"`
	About  string     `json:"about"`  // what is compared
	Total  int        `json:"total"`  // cases
	Tried  int        `json:"tried"`  // that were compared
	Agree  int        `json:"agree"`  // of Tried
	Differ []*verdict `json:"differ"` // of Tried
}

func (r *report) other(kind string) *other {
	for _, o := range r.Others {
		if o.Kind == kind {
			return o
		}
	}
	o := &other{Kind: kind, Differ: []*verdict{}}
	switch kind {
	case kindValidation:
		o.About = "whether the definition is valid; not the words of the diagnostics"
	case kindTestState:
		o.About = "where a single state leads, of the requests without configuration and context"
	case kindVariables:
		o.About = "that the definition is accepted"
	}
	r.Others = append(r.Others, o)
	return o
}

func (o *other) examine(ctx context.Context, r *recording) {
	o.Total++
	var note string
	tried := true
	switch o.Kind {
	case kindValidation:
		note = validity(r)
	case kindVariables:
		if found := checked(r); found.HasErrors() {
			note = "the definition is refused: " + found.Err().Error()
		}
	case kindTestState:
		note, tried = compareState(ctx, r)
	}
	if !tried {
		return
	}
	o.Tried++
	if note == "" {
		o.Agree++
		return
	}
	o.Differ = append(o.Differ, &verdict{File: r.file, Area: r.area, Kind: r.kind, Notes: []string{note}})
}

// checked is what is wrong with a recording's definition.
func checked(r *recording) diag.List {
	var found diag.List
	for _, d := range r.definitions() {
		m, l := asl.Parse(d.text)
		if !l.HasErrors() {
			l = append(l, check.Document(m)...)
		}
		found = append(found, l...)
	}
	return found
}

// validity tells whether the service and the checks disagree on whether a definition is valid.
func validity(r *recording) string {
	want, found := r.json.Path("expect", "result").Str(), checked(r)
	got := "OK"
	if found.HasErrors() {
		got = "FAIL"
	}
	if want == got {
		return ""
	}
	note := fmt.Sprintf("result is %s; want %s", got, want)
	if err := found.Err(); err != nil {
		note += "\n" + err.Error()
	}
	return note
}

func (p *printer) other(o *other) {
	p.printf("\nnot counted: %d of kind %s; compared is %s: %d of %d agree\n", o.Total, o.Kind, o.About, o.Agree, o.Tried)
	if p.verbose {
		p.cases(o.Differ)
	}
}
