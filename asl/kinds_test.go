package asl

import (
	"testing"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// stranger is a kind that no switch knows.
type stranger struct{ Common }

func (*stranger) kind() Kind { return "Stranger" }

// switches are all functions that switch over the kinds of states.
var switches = map[string]func(State){
	"value": func(s State) { StateValue(s) },
	"print": func(s State) { PrintState(s) },
	"decode": func(s State) {
		d := &decoder{g: language, src: "{}"}
		d.nodes, _ = scan(d.src)
		language.decode(d, 0, s.kind())
	},
	"has":          func(s State) { language.has(s.kind(), "Type") },
	"templates":    func(s State) { language.templates(s, JSONata, func(diag.Pointer, value.Value) bool { return true }) },
	"Branches":     func(s State) { drain2(Branches(s)) },
	"TransitionOf": func(s State) { TransitionOf(s) },
	"ErrorsOf":     func(s State) { ErrorsOf(s) },
	"Targets":      func(s State) { drain2(Targets(s)) },
	"Successors":   func(s State) { Successors(s)(func(string) bool { return true }) },
	"Ends":         func(s State) { Ends(s) },
	"Expressions":  func(s State) { drain2(Expressions(s, JSONPath)) },
	"KindOf":       func(s State) { KindOf(s) },
	"CommonOf":     func(s State) { CommonOf(s) },
}

func drain2[K, V any](seq func(func(K, V) bool)) {
	seq(func(K, V) bool { return true })
}

// every gives a state of each kind, made by the only code that makes states from kinds.
func every(t *testing.T) []State {
	t.Helper()
	var all []State
	for _, k := range Kinds() {
		s, _ := ParseState([]byte(`{"Type":"` + string(k) + `"}`))
		if s == nil || s.kind() != k {
			t.Fatalf("no state of kind %s", k)
		}
		all = append(all, s)
	}
	return all
}

func TestEveryKindThroughEverySwitch(t *testing.T) {
	t.Parallel()
	for _, s := range every(t) {
		for name, f := range switches {
			t.Run(name+"/"+string(s.kind()), func(t *testing.T) {
				t.Parallel()
				f(s)
			})
		}
	}
	if len(Kinds()) != 8 {
		t.Errorf("%d kinds, want 8", len(Kinds()))
	}
}

func TestSwitchesRefuseUnknownKinds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"value", "decode", "has", "templates", "Branches", "TransitionOf", "ErrorsOf", "Targets", "Successors", "Ends"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("a kind that is not known goes through silently")
				}
			}()
			switches[name](&stranger{})
		})
	}
}

func TestFieldTablesFitTheirBits(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]int{
		"Task": len(language.task.fields), "Parallel": len(language.parallel.fields), "Map": len(language.mapState.fields),
		"rule": len(language.rule.fields), "machine": len(language.machine.fields),
	} {
		if n > 64 {
			t.Errorf("%s has %d fields; decode counts them in 64 bits", name, n)
		}
	}
}

// FuzzScan holds the scanner to what value.Parse accepts.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		"", " ", "{}", "[]", `{"a":[1,-0.5e+3,true,false,null,"\u00e9\n"]}`, `{"a":1,}`, `[1 2]`, `{"a"}`, `{"a":}`, `"\x"`, `"\u12`,
		`"\ud800"`, "\"\x01\"", "\"\xff\"", "01", "-", "1.", "1e", "tru", "nulll", "{} {}", `{"a":{"b":[`, "[1,[2,[3", `"`, `"\`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		nodes, ok := scan(src)
		v, err := value.ParseString(src)
		if ok != (err == nil) {
			t.Fatalf("scan says %v, value.Parse says %v", ok, err)
		}
		for i, n := range nodes {
			if int(n.next) <= i || int(n.next) > len(nodes) || n.off >= n.end || int(n.end) > len(src) {
				t.Fatalf("node %d of %d: %+v", i, len(nodes), n)
			}
		}
		d := &decoder{g: language, src: src, nodes: nodes}
		if ok && !value.Equal(d.value(0), v) {
			t.Fatalf("value %s, want %s", d.value(0), v)
		}
	})
}
