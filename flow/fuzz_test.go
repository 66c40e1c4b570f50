package flow_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

// FuzzHatch builds workflows with any source in the hatch: it is refused, or the document parses and no hole is left.
func FuzzHatch(f *testing.F) {
	for _, src := range []string{
		"$1", "$1 & '$2' /* $3 */", "`$1`", "($x := $1; $x)", "function($a){$a/2}($1)", "$1 ~> /a(b|[/])\\/$/", "\"", "'", "/", "/*", "$",
		"$$", "λ($x){$x}", "$1.(a/b)", "${Photos}", "{% $1 %}", "$01", "$99999999999999999999", "\x00", "é$é := 1", "$map($1, function($v, $i){$v})[$1]",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		w := flow.Standard("Fuzz", func(f *flow.Flow, o *Order) *string { return flow.JSONata[string](f, src, &o.ID) })
		d, found := w.Build()
		if found.HasErrors() || !utf8.ValidString(src) {
			return
		}
		text := asl.Print(d)
		if _, problems := asl.Parse(text); len(problems) > 0 {
			t.Errorf("%q gives a document that does not parse: %s", src, problems[0].Text())
		}
		if out := d.States.Get("Done").(*asl.Succeed).Output.Str(); !strings.Contains(out, "$states.context.Execution.Input.id") {
			t.Errorf("%q is without a remark, but its argument is not in %s", src, out)
		}
	})
}

// FuzzText puts any text into a document as a constant, in an expression and as a state's name: it arrives as it is.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "{%", "%}", "{% x %}", "\"quoted\" \\ back", "line\nbreak\ttab", "é\u2028\U0001F600", "$1", "\x00", "${", "a\xffb", "'", "`", "</script>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w := flow.Standard("Fuzz", func(f *flow.Flow, o *Order) *[]string {
			l := &[]string{s, "", s}
			flow.Wait(f, s, 0)
			return flow.Fill(f, l, flow.Set(&(*l)[1], flow.Text(f, s, &o.Coupon, s)))
		})
		_, found := w.Build()
		for _, d := range found {
			if !slices.Contains([]string{"literal-placeholder", "state-name", "unsupported-value"}, d.Code) {
				t.Errorf("%q: %s", s, d.Text())
			}
		}
		if len(found) > 0 || !utf8.ValidString(s) || strings.HasPrefix(s, "\x00") {
			return
		}
		var got []string
		flowtest.Run(t, w, Order{}).Output(&got)
		if len(got) != 3 || got[0] != s || got[1] != s+s || got[2] != s {
			t.Errorf("%q arrives as %q", s, got)
		}
	})
}
