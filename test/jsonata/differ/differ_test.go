package differ

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/test/jsonata/grammar"
	"github.com/stepwright/stepwright/test/jsonata/reference"
	"github.com/stepwright/stepwright/test/jsonata/subject"
	"github.com/stepwright/stepwright/value"
)

const root = "../../.."

var (
	expressions = flag.Int("expressions", 2000, "how many random expressions are compared; 20000 for a measurement")
	firstSeed   = flag.Uint64("seed", 0, "seed of the first expression; 0 takes a new one")
	report      = flag.String("report", "", "file to which disagreements are written")
	shown       = flag.Int("shown", 10, "how many disagreements are made small and shown")
)

const (
	batch = 250
	limit = 2 * time.Second
	// measurement is how many expressions make a measurement, in which each feature has to be often.
	measurement, often = 20_000, 50
	// mayDiffer is the part of the expressions that need not agree.
	mayDiffer = 0.001
	// reached is a little more than the part that differs today; it may only become smaller.
	reached = 0.0007
)

// allowed is how many of n expressions may differ: of few of them some more, because they are drawn at random.
func allowed(n int) int {
	if n < measurement*9/10 {
		expected := reached * float64(n)
		return int(expected + 4*math.Sqrt(expected))
	}
	return int(mayDiffer * float64(n))
}

// A difference is a program of which the two say different things.
type difference struct {
	program grammar.Program
	want    reference.Outcome
	got     subject.Outcome
	reason  string // why, if that is known
}

func (d difference) String() string {
	data := d.program.Data
	if data == "" {
		data = "none"
	}
	text := fmt.Sprintf("expression  %s\ndata        %s\nexpected    %s\ngot         %s\n", d.program.Expr, data, show(d.want), d.got)
	if d.reason != "" {
		text += "because     " + d.reason + "\n"
	}
	return text
}

// TestDiffer draws new expressions in every run; the log has the seed. With -expressions 20000 every operator and
// built-in function has to be in at least 50 of them.
func TestDiffer(t *testing.T) {
	t.Parallel()
	p, err := reference.Start(t.Context(), root, limit)
	if err != nil {
		t.Fatal(err)
	}
	seed := *firstSeed
	if seed == 0 {
		seed = rand.Uint64() >> 16
	}
	t.Logf("seed %d (again with -seed %d -expressions %d)", seed, seed, *expressions)
	features, classes, codes := map[string]int{}, map[string]int{}, map[string]int{}
	for _, f := range grammar.Features() {
		features[f] = 0
	}
	var found []difference
	var compared int
	for from := 0; from < *expressions; from += batch {
		var programs []grammar.Program
		for i := from; i < min(from+batch, *expressions); i++ {
			programs = append(programs, grammar.New(seed+uint64(i)))
		}
		wants := ask(t, p, programs)
		for i, program := range programs {
			seen := map[string]bool{}
			program.Uses(func(f string) { seen[f] = true })
			for f := range seen {
				features[f]++
			}
			classes[class(wants[i])]++
			if wants[i].Code != "" {
				codes[wants[i].Code]++
			}
			got := evaluate(t.Context(), program)
			switch judge(wants[i], got) {
			case unsure:
				continue
			case different:
				found = append(found, explained(t, p, difference{program: program, want: wants[i], got: got}))
			case same:
			}
			compared++
		}
	}
	t.Logf("expressions with each operator and function:\n%s", histogram(features))
	t.Logf("outcomes of the reference:\n%serrors:\n%s", histogram(classes), histogram(codes))
	for f, n := range features {
		if *expressions >= measurement && n < often {
			t.Errorf("%d expressions have %s, want at least %d", n, f, often)
		}
	}
	var text strings.Builder
	for i, d := range found {
		if i < *shown && d.reason == "" {
			d = shrink(t, p, d)
		}
		fmt.Fprintf(&text, "%s\n", d)
	}
	if *report != "" {
		if err := os.WriteFile(*report, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	reasons := map[string]int{}
	for _, d := range found {
		if d.reason == "" {
			d.reason = "not explained"
		}
		reasons[d.reason]++
	}
	for reason, n := range reasons {
		t.Logf("%d differ: %s", n, reason)
	}
	t.Logf("%d of %d agree: %.3f %%", compared-len(found), compared, 100*float64(compared-len(found))/float64(compared))
	if most := allowed(compared); len(found) > most {
		t.Errorf("%d differ, at most %d may", len(found), most)
	}
	if len(found) > 0 {
		t.Logf("disagreements, the first %d made small:\n%s", *shown, text.String())
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// explained adds why two errors are different, where that is so by intention.
func explained(t *testing.T, p *reference.Process, d difference) difference {
	t.Helper()
	turn, err := p.Ask([]reference.Case{{Expr: d.program.Expr, Data: d.program.Data, Turn: true}})
	if err != nil {
		t.Fatal(err)
	}
	if judge(turn[0], d.got) == same {
		d.reason = "of several errors the reference tells the one with the fewest promises, not the first"
	}
	return d
}

func ask(t *testing.T, p *reference.Process, programs []grammar.Program) []reference.Outcome {
	t.Helper()
	cases := make([]reference.Case, len(programs))
	for i, program := range programs {
		cases[i] = reference.Case{Expr: program.Expr, Data: program.Data}
	}
	all, err := p.Ask(cases)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func evaluate(ctx context.Context, p grammar.Program) subject.Outcome {
	c := subject.Case{Expr: p.Expr, Time: 10 * time.Second}
	if p.Data != "" {
		c.Input = value.MustParse(p.Data)
	}
	return subject.Evaluate(ctx, c)
}

// shrink looks for the smallest program near that of a difference that still makes one.
func shrink(t *testing.T, p *reference.Process, d difference) difference {
	t.Helper()
	for range 60 {
		less, ok := oneLess(t, p, d)
		if !ok {
			break
		}
		d = less
	}
	return d
}

func oneLess(t *testing.T, p *reference.Process, d difference) (difference, bool) {
	t.Helper()
	for all := d.program.Shrink(); len(all) > 0; {
		some := all[:min(batch, len(all))]
		all = all[len(some):]
		for i, want := range ask(t, p, some) {
			got := evaluate(t.Context(), some[i])
			if class(want) == class(d.want) && judge(want, got) == different {
				return difference{program: some[i], want: want, got: got, reason: d.reason}, true
			}
		}
	}
	return d, false
}

func TestJudge(t *testing.T) {
	t.Parallel()
	number := func(s string) subject.Outcome { return subject.Outcome{Value: value.MustParse(s)} }
	tests := []struct {
		name string
		want reference.Outcome
		got  subject.Outcome
		is   verdict
	}{
		{"values", reference.Outcome{Value: []byte(`{"a":1,"b":[2]}`)}, number(`{"b":[2.0],"a":1e0}`), same},
		{"other values", reference.Outcome{Value: []byte(`[1]`)}, number(`1`), different},
		{"nothing", reference.Outcome{None: true}, subject.Outcome{}, same},
		{"nothing and null", reference.Outcome{None: true}, number(`null`), different},
		{"null and nothing", reference.Outcome{Value: []byte(`null`)}, subject.Outcome{}, different},
		{"codes", reference.Outcome{Code: "T2001", Message: "x"}, subject.Outcome{Code: "T2001", Message: "y"}, same},
		{"other codes", reference.Outcome{Code: "T2001"}, subject.Outcome{Code: "T2002"}, different},
		{"error and value", reference.Outcome{Code: "T2001"}, number(`1`), different},
		{"value and error", reference.Outcome{Value: []byte(`1`)}, subject.Outcome{Code: "T2001"}, different},
		{"function", reference.Outcome{Odd: "function"}, subject.Outcome{Code: "U1005"}, same},
		{"function and value", reference.Outcome{Odd: "function"}, number(`1`), different},
		{"crash", reference.Outcome{Crash: "x is undefined"}, number(`1`), unsure},
		{"crash and panic", reference.Outcome{Crash: "x is undefined"}, subject.Outcome{Code: "panic"}, different},
	}
	for _, test := range tests {
		if is := judge(test.want, test.got); is != test.is {
			t.Errorf("%s: verdict %d, want %d", test.name, is, test.is)
		}
	}
}
