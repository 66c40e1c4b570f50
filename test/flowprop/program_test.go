package flowprop

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

var (
	seed     = flag.Uint64("seed", 0, "make the programs of this seed; 0: of a new one")
	programs = flag.Int("programs", 400, "how many random programs to make")
	printAll = flag.Bool("histogram", false, "print how often each construct was used")
)

// A program is one random workflow, and what it must do.
type program struct {
	text     string
	input    *Root
	counts   map[string]int
	workflow flow.Workflow
	run      func() *end
	output   reflect.Type
}

// makeProgram makes the program of a row of choices.
func makeProgram(s *source) *program {
	g := &gen{source: s, counts: map[string]int{}}
	switch g.n(9) {
	case 0:
		return programOf[string](g)
	case 1:
		return programOf[[]string](g)
	case 2:
		return programOf[Quote](g)
	case 3:
		return programOf[[]Item](g)
	case 4:
		return programOf[[][]int](g)
	case 5:
		return programOf[float64](g)
	case 6:
		return programOf[Item](g)
	case 7:
		return programOf[time.Time](g)
	default:
		return programOf[map[string]string](g)
	}
}

func programOf[Out any](g *gen) *program {
	out := kindsOf[Out]()
	in := *g.add("in", reflect.TypeFor[Root]())
	body := g.open(1+g.n(6), out)
	var result val[Out]
	if !body.ends {
		result = pick[Out](g, 4)
	}
	p := &program{counts: g.counts, output: reflect.TypeFor[Out](), input: &Root{}}
	p.text = fmt.Sprintf("func(f *flow.Flow, in1 *Root) *%v {%s\treturn %s\n}", p.output, body.text(), result.text)
	fill(g.source, reflect.ValueOf(p.input).Elem())
	*p.input = through(*p.input)
	p.workflow = flow.Standard("Random program", func(f *flow.Flow, root *Root) *Out {
		b := &writing{f: f, slots: map[int]any{in.id: root}, tails: map[int]any{}}
		body.build(b)
		if body.ends {
			return nil
		}
		return result.build(b)
	})
	p.run = func() *end {
		e := &running{slots: map[int]any{in.id: p.input}, tails: map[int]any{}, now: started}
		if out := body.run(e); out != nil {
			return out
		}
		return &end{output: result.eval(e)}
	}
	return p
}

// deserved are warnings that a random program may get for good reasons: of a list that grows in a loop.
var deserved = []string{"growing-list"}

// check says what is wrong with how a program is built, printed or run; "" when nothing is. The first word of it is
// the kind of failure.
func (p *program) check() string {
	m, found := p.workflow.Build()
	found = slices.DeleteFunc(found, func(d diag.Diagnostic) bool { return d.Severity == diag.Info || slices.Contains(deserved, d.Code) })
	if len(found) > 0 {
		return "diagnostic [" + found[0].Code + "]: " + found[0].Text()
	}
	text := asl.Print(m)
	parsed, found := asl.Parse(text)
	if len(found) > 0 {
		return "parse: " + found[0].Text()
	}
	if again := asl.Print(parsed); !bytes.Equal(text, again) {
		return "print: the document is printed otherwise after it was parsed"
	}
	if found := check.Document(m); len(found) > 0 {
		return "check: " + found[0].Text()
	}
	return p.compare(string(text))
}

// stubs are the handlers themselves.
var stubs = map[string]flowtest.Option{
	"Echo": flowtest.Real(Echo), "Price": flowtest.Real(Price), "Shout": flowtest.Real(Shout), "Stock": flowtest.Real(Stock),
	"Sort": flowtest.Real(Sort), "Grid": flowtest.Real(Grid), "Boom": flowtest.Real(Boom), "Picky": flowtest.Real(Picky),
}

// compare runs a program both ways.
func (p *program) compare(text string) string {
	var options []flowtest.Option
	for _, h := range p.workflow.Handlers() {
		options = append(options, stubs[h.Name])
	}
	var got *flowtest.Execution
	if said := outcomeOf(func(t testing.TB) { got = flowtest.Run(t, p.workflow, p.input, options...) }); said != "" {
		return "run: " + said + text
	}
	want := p.run()
	dump := func(what string) string {
		in, _ := json.Marshal(p.input)
		return fmt.Sprintf("%s\ninput: %s\ndocument: %s", what, in, text)
	}
	failed := want.output == nil
	switch {
	case failed && got.Status() == "SUCCEEDED":
		return dump(fmt.Sprintf("outcome: it succeeded with %s, want failure with %s: %s", got.Value(), want.name, want.cause))
	case failed:
		name, cause := errorOf(got)
		if name != want.name || cause != want.cause {
			return dump(fmt.Sprintf("outcome: it failed with %s: %q, want %s: %q", name, cause, want.name, want.cause))
		}
		return ""
	case got.Status() != "SUCCEEDED":
		name, cause := errorOf(got)
		return dump(fmt.Sprintf("outcome %s: it failed: %q, want %s", name, cause, jsonText(want.output)))
	}
	out := reflect.New(p.output)
	if err := got.Value().Decode(out.Interface()); err != nil {
		return dump(fmt.Sprintf("shape: the output %s is no %v: %v", got.Value(), p.output, err))
	}
	if d := difference(out.Elem(), reflect.ValueOf(want.output).Elem(), p.output.String()); d != "" {
		return dump(fmt.Sprintf("value: %s\ngot  %s\nwant %s", d, got.Value(), jsonText(want.output)))
	}
	return ""
}

func errorOf(x *flowtest.Execution) (name, cause string) {
	all := x.History()
	last := all[len(all)-1]
	if last.Error != nil {
		name = *last.Error
	}
	if last.Cause != nil {
		cause = *last.Cause
	}
	return name, cause
}

// difference says where two values differ; instants are compared as such.
func difference(a, b reflect.Value, at string) string {
	if t, ok := a.Interface().(time.Time); ok {
		if !t.Equal(b.Interface().(time.Time)) {
			return fmt.Sprintf("%s is %v, want %v", at, t, b)
		}
		return ""
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if d := difference(a.Field(i), b.Field(i), at+"."+a.Type().Field(i).Name); d != "" {
				return d
			}
		}
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return fmt.Sprintf("%s is nil in one of them", at)
			}
			return ""
		}
		return difference(a.Elem(), b.Elem(), at)
	case reflect.Slice:
		if a.IsNil() != b.IsNil() {
			return fmt.Sprintf("%s is null: %t, want %t", at, a.IsNil(), b.IsNil())
		}
		if a.Len() != b.Len() {
			return fmt.Sprintf("%s has %d elements, want %d", at, a.Len(), b.Len())
		}
		for i := range a.Len() {
			if d := difference(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", at, i)); d != "" {
				return d
			}
		}
	default:
		if !reflect.DeepEqual(a.Interface(), b.Interface()) {
			return fmt.Sprintf("%s is %v, want %v", at, a, b)
		}
	}
	return ""
}

// recorder is a testing.TB that only writes down what is said.
type recorder struct {
	testing.TB
	said strings.Builder
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { fmt.Fprintf(&r.said, format+"\n", args...) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func outcomeOf(test func(testing.TB)) string {
	r := &recorder{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r.said.String()
}

// kindOfFailure is what a smaller program must still fail with.
func kindOfFailure(s string) string {
	first, _, _ := strings.Cut(s, ":")
	return first
}

// explain makes a failing program as small as it gets, and says what is wrong with it.
func explain(row []uint32, what string) string {
	kind := kindOfFailure(what)
	row = shrink(row, 3000, func(row []uint32) bool { return kindOfFailure(makeProgram(&source{given: row}).check()) == kind })
	p := makeProgram(&source{given: row})
	return fmt.Sprintf("%s\n\n%s\nchoices: %v", p.check(), p.text, row)
}

// TestPrograms makes random programs, and asks of each: it builds without a remark, its document is printed and
// parsed without a change, nothing is wrong with that, and running it gives what the same program gives in Go.
func TestPrograms(t *testing.T) {
	t.Parallel()
	first := *seed
	if first == 0 {
		first = rand.Uint64() >> 1
	}
	counts := map[string]int{}
	failures := map[string]bool{}
	for i := range *programs {
		s := randomSource(first + uint64(i))
		p := makeProgram(s)
		for what, n := range p.counts {
			counts[what] += n
		}
		if what := p.check(); what != "" && !failures[kindOfFailure(what)] {
			failures[kindOfFailure(what)] = true
			t.Errorf("the program of -seed=%d:\n%s", first+uint64(i), explain(s.taken, what))
		}
	}
	least := *programs / 100
	if *programs < 1000 { // of few, which are drawn at random, one will do
		least = *programs / 400
	}
	for _, what := range constructs {
		if counts[what] < least {
			t.Errorf("%d programs use %s %d times, want at least %d", *programs, what, counts[what], least)
		}
	}
	if *printAll {
		for _, what := range slices.Sorted(maps.Keys(counts)) {
			t.Logf("%6d  %s", counts[what], what)
		}
	}
}

// constructs are what random programs must use often: each at least ten times in a thousand programs.
var constructs = strings.Fields(`Above Add And Append Assign At AtLeast AtMost Batch Before Below Branch Catch Choice Choose Contains Count Distinct Div Each
	Equal Execution Exists Fail FailWith Failure Fill Filter First Flatten Go Hash If Index Is IsType JSON JSONata Join Key Last Later Less Let Like Lower
	Map Max Maybe Merge Min Mul Not Now Number OneOf Or OrElse Parallel Parse Random Replace Rescue Rethrow Retry Return Round Shape Slice SortBy Split
	String Sub Sum Tail Task Text Trim True Try UUID Until Upper Var Wait WaitSeconds WaitUntil While`)

// FuzzPrograms makes programs from a fuzzer's bytes.
func FuzzPrograms(f *testing.F) {
	for i := range uint64(8) {
		s := randomSource(i)
		makeProgram(s)
		var data []byte
		for _, x := range s.taken {
			data = append(data, byte(x), byte(x>>8))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := makeProgram(&source{given: choices(data)})
		if what := p.check(); what != "" {
			t.Errorf("%s\n\n%s", what, p.text)
		}
	})
}
