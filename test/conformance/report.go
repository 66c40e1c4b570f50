package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A report says how far recordings agree.
type report struct {
	Areas       []*area    `json:"areas"`
	Cases       []*verdict `json:"cases"`       // that count
	Unvalidated []*verdict `json:"unvalidated"` // validated_on_aws is null
	Others      []*other   `json:"others"`      // of kinds that do not count
	Outcome     int        `json:"outcome"`     // of Total
	Total       int        `json:"total"`
	History     int        `json:"history"` // of Histories
	Histories   int        `json:"histories"`
}

// An area counts the cases of one area.
type area struct {
	Name      string `json:"name"`
	Outcome   int    `json:"outcome"`
	History   int    `json:"history"`
	Histories int    `json:"histories"`
	Total     int    `json:"total"`
}

// examine runs recordings and compares each.
func examine(ctx context.Context, all []*recording) *report {
	r := &report{Areas: []*area{}, Cases: []*verdict{}, Unvalidated: []*verdict{}, Others: []*other{}}
	for _, one := range all {
		if ctx.Err() != nil {
			return r
		}
		switch {
		case !one.counted():
			r.other(one.kind).examine(ctx, one)
		case !one.validated():
			r.Unvalidated = append(r.Unvalidated, judge(ctx, one))
		default:
			r.count(judge(ctx, one))
		}
	}
	slices.SortFunc(r.Areas, func(a, b *area) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(r.Others, func(a, b *other) int { return cmp.Compare(a.Kind, b.Kind) })
	return r
}

func (r *report) count(v *verdict) {
	r.Cases = append(r.Cases, v)
	a := r.area(v.Area)
	r.Total++
	a.Total++
	if v.Outcome {
		r.Outcome++
		a.Outcome++
	}
	if v.History == nil {
		return
	}
	r.Histories++
	a.Histories++
	if *v.History {
		r.History++
		a.History++
	}
}

func (r *report) area(name string) *area {
	for _, a := range r.Areas {
		if a.Name == name {
			return a
		}
	}
	a := &area{Name: name}
	r.Areas = append(r.Areas, a)
	return a
}

// print writes the table, what differs, what does not count, and the totals.
func (r *report) print(w io.Writer, verbose bool) error {
	p := &printer{w: w, verbose: verbose}
	p.table(r)
	p.cases(r.Cases)
	if len(r.Unvalidated) > 0 {
		p.printf("\nnot counted, because no check against the service is on file: %d, of which %d agree\n", len(r.Unvalidated), agreeing(r.Unvalidated))
		p.cases(r.Unvalidated)
	}
	for _, o := range r.Others {
		p.other(o)
	}
	p.printf("\ntotal outcome %d/%d history %d/%d\n", r.Outcome, r.Total, r.History, r.Histories)
	return p.err
}

func agreeing(all []*verdict) int {
	n := 0
	for _, v := range all {
		if v.agrees() {
			n++
		}
	}
	return n
}

// A printer writes a report; the first error ends it.
type printer struct {
	w       io.Writer
	verbose bool
	err     error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) table(r *report) {
	width := len("area")
	for _, a := range r.Areas {
		width = max(width, len([]rune(a.Name)))
	}
	line := func(name, outcome, history, total string) {
		p.printf("%s%s  %9s  %9s  %5s\n", name, strings.Repeat(" ", width-len([]rune(name))), outcome, history, total)
	}
	line("area", "outcome", "history", "total")
	for _, a := range r.Areas {
		line(a.Name, of(a.Outcome, a.Total), of(a.History, a.Histories), fmt.Sprint(a.Total))
	}
}

// of is a count, or a dash where there is nothing to count.
func of(n, total int) string {
	if total == 0 {
		return "-"
	}
	return fmt.Sprintf("%d/%d", n, total)
}

func (p *printer) cases(all []*verdict) {
	for _, v := range all {
		if v.agrees() {
			if p.verbose {
				p.printf("\n%s agrees\n", v.File)
			}
			continue
		}
		p.printf("\n%s\n", v.File)
		for i, note := range v.Notes {
			if i == mostNotes && !p.verbose {
				p.printf("  and %d more differences\n", len(v.Notes)-i)
				break
			}
			p.note(note)
		}
	}
}

// mostNotes is how many differences of a table's rows are shown.
const mostNotes = 5

func (p *printer) note(note string) {
	for line := range strings.SplitSeq(note, "\n") {
		if !p.verbose {
			line = cut(line)
		}
		p.printf("  %s\n", line)
	}
}
