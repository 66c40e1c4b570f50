package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// A Sheet has members for the mistakes that random programs found; see test/flowprop.
type Sheet struct {
	Note   *string  `json:"note"`
	Title  string   `json:"title,omitempty"`
	Lines  []string `json:"lines"`
	Counts []int    `json:"counts"`
	Grid   [][]int  `json:"grid"`
	Holes  []*int   `json:"holes"`
	Code   *int     `json:"code,omitempty,string"`
	Spare  *Line    `json:"spare,omitempty"`
	Label  string   `json:"label,string"`
}

// TestFoundByPrograms holds what random programs found, one case each.
func TestFoundByPrograms(t *testing.T) {
	t.Parallel()
	const nulls = `{"note":null,"lines":null,"counts":null,"grid":null,"holes":null,"label":"\"\""}`
	for _, c := range []struct {
		name, input string
		body        func(f *flow.Flow, s *Sheet) *any
		want        string
	}{
		{"text functions of null", nulls, func(f *flow.Flow, s *Sheet) *any {
			all := []*string{
				flow.Lower(f, s.Note), flow.Upper(f, s.Note), flow.Trim(f, s.Note), flow.Replace(f, s.Note, "a", "b"), flow.Slice(f, s.Note, 1, 2), flow.Hash(f, s.Note, "MD5"),
				flow.Parse(f, s.Note, ""), flow.String(f, s.Code),
			}
			parts := make([]any, len(all))
			for i, p := range all {
				parts[i] = flow.OrElse(f, p, new("-"))
			}
			return open(f, flow.Text(f, parts...))
		}, `"--------"`},
		{"Split of null", nulls, func(f *flow.Flow, s *Sheet) *any { return open(f, flow.Split(f, s.Note, ",")) }, `[]`},
		{"an element of null is absent", nulls, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Text(f, "<", flow.Last(f, &s.Lines), flow.At(f, &s.Lines, new(0)), &s.Lines[0], ">"))
		}, `"<>"`},
		{"Map leaves an element of null out", `{"lines":null,"counts":[1]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Map(f, &s.Counts, func(*int) *string { return flow.Last(f, &s.Lines) }))
		}, `[]`},
		{"Map leaves null elements out", `{"holes":[null,1]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Sum(f, flow.Map(f, &s.Holes, func(e **int) *int { return *e })))
		}, `1`},
		{"a list of null in no list", nulls, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.If(f, flow.Contains(&s.Lines, flow.Last(f, &s.Lines)), new(true), new(false)))
		}, `false`},
		{"null is equal to nothing", nulls, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.If(f, flow.Equal(s.Note, s.Note), new(true), new(false)))
		}, `false`},
		{"a row that is null is absent", `{"grid":[null]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Map(f, &[]int{1}, func(*int) *[]int { return flow.At(f, &s.Grid, new(0)) }))
		}, `[]`},
		{"null list under a condition", nulls, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.OrElse(f, flow.Maybe(f, flow.Not(flow.Exists(s.Note)), &s.Lines), &[]string{"none"}))
		}, `["none"]`},
		{"what has no element is not the zero value", nulls, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.If(f, flow.Or(flow.Is(flow.Last(f, &s.Lines), ""), flow.Is(&s.Spare.Price, 0)), new(true), new(false)))
		}, `false`},
		{"what is left out is", nulls, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.If(f, flow.Is(&s.Title, ""), new(true), new(false)))
		}, `true`},
		{"a list in a list literal, not in an expression", `{"counts":[1,2]}`, func(f *flow.Flow, s *Sheet) *any {
			l := &[][]int{nil, {3}}
			return open(f, flow.Fill(f, l, flow.Set(&(*l)[0], &s.Counts)))
		}, `[[1,2],[3]]`},
		{"a constant list in a variable, as a result of Map", `{"counts":[1,2]}`, func(f *flow.Flow, s *Sheet) *any {
			v := flow.Var(f, "v", []int{})
			return open(f, flow.Map(f, &s.Counts, func(*int) *[]int { return v }))
		}, `[[],[]]`},
		{"an optional number in a string", `{"code":"7"}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Max(f, flow.OrElse(f, s.Code, new(1)), new(2)))
		}, `7`},
		{"constants in text are spelled as JSONata does", nulls, func(f *flow.Flow, _ *Sheet) *any {
			return open(f, flow.Text(f, 0.1+0.2*1.0000000000000002, " ", 1234567890123456, " ", []float64{1e21, 1.0 / 3}))
		}, `"0.3 1234567890123460 [1e+21,0.333333333333333]"`},
		{"JSON of a text", `{"lines":["a\"\\\n[]"]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Map(f, &s.Lines, func(e *string) *string { return flow.JSON(f, e) }))
		}, `["\"a\\\"\\\\\\n[]\""]`},
		{"a text in a string", `{"lines":["a\"\\\n"]}`, func(f *flow.Flow, s *Sheet) *any {
			x := &Sheet{}
			return open(f, &flow.Fill(f, x, flow.Set(&x.Label, flow.OrElse(f, flow.Last(f, &s.Lines), new("")))).Label)
		}, `"a\"\\\n"`},
		{"JSON of what may be text", `{"lines":["x"]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Text(f, flow.JSON(f, open(f, &s.Lines)), flow.JSON(f, open(f, flow.OrElse(f, &s.Lines[0], new(""))))))
		}, `"[\"x\"]\"x\""`},
		{"Slice from the end to a number", `{"lines":["abcdef","a","é\ud83d\ude00x"]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Map(f, &s.Lines, func(e *string) *string { return flow.Slice(f, e, -2, 5) }))
		}, `["e","a","😀x"]`},
		{"a computed condition about the variable of the loop around it", `{"counts":[1,2,3]}`, func(f *flow.Flow, s *Sheet) *any {
			n, odd := flow.Var(f, "n", 0), flow.Var(f, "odd", 0)
			flow.While(f, "More?", flow.Less(n, flow.Count(f, &s.Counts)), func() {
				flow.Choice(f, "Odd?").When(flow.Is(flow.JSONata[int](f, "$1 % 2", n), 1), func() { flow.Assign(f, "Count odd", flow.Set(odd, flow.Add(f, odd, new(1)))) })
				flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
			})
			return open(f, odd)
		}, `1`},
		{"patterns with brackets and backslashes", `{"lines":["(a[b]{c}\\d/e","x"]}`, func(f *flow.Flow, s *Sheet) *any {
			return open(f, flow.Filter(f, &s.Lines, func(e *string) flow.Condition { return flow.Like(e, `(*[b]*}\*/*`) }))
		}, `["(a[b]{c}\\d/e"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := flow.Standard("Sheets", c.body)
			build(t, w)
			var got value.Value
			flowtest.Run(t, w, value.MustParse(c.input)).Output(&got)
			if d := cmp.Diff(c.want, got.String()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
