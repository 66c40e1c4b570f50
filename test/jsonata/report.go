package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/stepwright/stepwright/test/jsonata/subject"
	"github.com/stepwright/stepwright/value"
)

// A report says how far cases agree.
type report struct {
	Groups    []group        `json:"groups"`
	Differ    []disagreement `json:"differ"`    // cases of 2.0.6
	Later     []later        `json:"later"`     // cases of later versions
	Agree     int            `json:"agree"`     // of Total
	Total     int            `json:"total"`     // cases of 2.0.6
	LaterSame int            `json:"laterSame"` // of Later
}

// A group counts cases of 2.0.6.
type group struct {
	Name  string `json:"name"`
	Agree int    `json:"agree"`
	Total int    `json:"total"`
}

// A disagreement is a case of which something else came.
type disagreement struct {
	ID       string `json:"id"`
	Expr     string `json:"expr"`
	Data     string `json:"data,omitempty"`
	Vars     string `json:"bindings,omitempty"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
}

// A later case is one that 2.0.6 does not have.
type later struct {
	disagreement

	Suite  string `json:"suite"`
	Agrees bool   `json:"agrees"`
	Reason string `json:"reason"`
}

// patience bounds a case that has no limit of its own.
const patience = time.Minute

func evaluate(ctx context.Context, cases []testCase) *report {
	r := &report{Differ: []disagreement{}, Later: []later{}}
	places := map[string]int{}
	for _, c := range cases {
		if ctx.Err() != nil {
			return r
		}
		out := subject.Evaluate(ctx, subject.Case{
			Expr: c.Expr, Input: c.Input, Vars: c.Vars, Time: c.patience(), Depth: c.Depth,
		})
		same := c.Want.fits(out)
		if !c.counts() {
			r.Later = append(r.Later, later{c.disagreement(out), c.Suite, same, reason(c)})
			if same {
				r.LaterSame++
			}
			continue
		}
		at, known := places[c.Group]
		if !known {
			at = len(r.Groups)
			places[c.Group] = at
			r.Groups = append(r.Groups, group{Name: c.Group})
		}
		r.Total++
		r.Groups[at].Total++
		if same {
			r.Agree++
			r.Groups[at].Agree++
			continue
		}
		r.Differ = append(r.Differ, c.disagreement(out))
	}
	return r
}

func (c testCase) patience() time.Duration {
	if c.Time > 0 {
		return c.Time
	}
	return patience
}

// fits tells whether an outcome is as expected.
func (e expectation) fits(out subject.Outcome) bool {
	switch {
	case e.failure != nil:
		return out.Failed() && e.failure.fits(out)
	case out.Failed():
		return false
	case e.nothing:
		return !out.Value.Exists()
	}
	return subject.Equal(e.value, out.Value, e.unordered)
}

func (f *failure) fits(out subject.Outcome) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	return is(f.Code, out.Code) && is(f.Token, out.Token) && is(f.Message, out.Message) && is(f.Function, out.Token)
}

func (e expectation) String() string {
	switch {
	case e.nothing:
		return "nothing"
	case e.failure == nil && e.unordered:
		return e.value.String() + " in any order"
	case e.failure == nil:
		return e.value.String()
	}
	var b strings.Builder
	b.WriteString("error")
	for _, part := range []struct{ name, text string }{
		{"", e.failure.Code}, {" token ", e.failure.Token}, {" function ", e.failure.Function}, {": ", e.failure.Message},
	} {
		if part.text != "" {
			if part.name == "" {
				part.name = " "
			}
			b.WriteString(part.name + part.text)
		}
	}
	return b.String()
}

func (c testCase) disagreement(out subject.Outcome) disagreement {
	d := disagreement{ID: c.ID, Expr: c.Expr, Expected: c.Want.String(), Got: out.String()}
	if c.Input.Exists() {
		d.Data = c.Input.String()
	}
	if len(c.Vars) > 0 {
		d.Vars = value.MustFrom(c.Vars).String()
	}
	if out.Failed() && out.Token != "" {
		d.Got += " (token " + out.Token + ")"
	}
	return d
}

// longest is how much of a document a table shows; -json has all of it.
const longest = 400

func cut(s string) string {
	if r := []rune(s); len(r) > longest {
		return fmt.Sprintf("%s… (%d characters)", string(r[:longest]), len(r))
	}
	return s
}

func (r *report) print(w io.Writer) {
	width := len("group")
	for _, g := range r.Groups {
		width = max(width, len([]rune(g.Name)))
	}
	fmt.Fprintf(w, "%-*s  agree  total\n", width, "group")
	for _, g := range r.Groups {
		fmt.Fprintf(w, "%-*s  %5d  %5d\n", width, g.Name, g.Agree, g.Total)
	}
	for _, d := range r.Differ {
		fmt.Fprintf(w, "\n%s\n", d.ID)
		d.print(w)
	}
	if len(r.Later) > 0 {
		fmt.Fprintf(w, "\ncases of later versions: %d, of which %d agree\n", len(r.Later), r.LaterSame)
	}
	for _, l := range r.Later {
		verdict := "differs"
		if l.Agrees {
			verdict = "agrees"
		}
		fmt.Fprintf(w, "\n%s (%s) %s: %s\n", l.ID, l.Suite, verdict, l.Reason)
		if !l.Agrees {
			l.print(w)
		}
	}
	fmt.Fprintf(w, "\ntotal %d/%d\n", r.Agree, r.Total)
}

func (d disagreement) print(w io.Writer) {
	fmt.Fprintf(w, "  expression  %s\n", indented(d.Expr))
	if d.Data != "" {
		fmt.Fprintf(w, "  data        %s\n", cut(d.Data))
	}
	if d.Vars != "" {
		fmt.Fprintf(w, "  bindings    %s\n", cut(d.Vars))
	}
	fmt.Fprintf(w, "  expected    %s\n  got         %s\n", cut(d.Expected), cut(d.Got))
}

func indented(s string) string { return strings.ReplaceAll(s, "\n", "\n              ") }
