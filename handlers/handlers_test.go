package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/handlers"
)

type source []run.Handler

func (s source) Handlers() []run.Handler { return s }

type (
	greeting struct{ Name string }
	reply    struct {
		Text string `json:"text"`
	}
	// TooShy is an error that a workflow would catch by its name.
	TooShy struct{ name string }
)

func (e TooShy) Error() string { return e.name + " does not answer" }

func greet(_ context.Context, in greeting) (reply, error) {
	switch in.Name {
	case "":
		return reply{}, TooShy{"nobody"}
	case "pointer":
		return reply{}, &TooShy{"pointer"}
	case "panic":
		panic("lost the thread")
	}
	return reply{Text: "hello " + in.Name}, nil
}

func part(context.Context, run.None) (run.None, error) { return run.None{}, nil }

func other(context.Context, run.None) (run.None, error) { return run.None{}, errors.New("other") }

func TestFind(t *testing.T) {
	t.Parallel()
	two := source{{Name: "Part", Func: part}, {Name: "Greet", Func: greet}}
	var missing func(context.Context, greeting) (reply, error)
	tests := []struct {
		name    string
		handler string
		sources []handlers.Source
		want    string // in the error; empty: found
	}{
		{"known", "Greet", []handlers.Source{two}, ""},
		{"in the second workflow", "Part", []handlers.Source{source{{Name: "Greet", Func: greet}}, two}, ""},
		{"unset", "", []handlers.Source{two}, "_HANDLER is not set: it must be one of Greet, Part"},
		{"unknown", "greet", []handlers.Source{two}, `_HANDLER is "greet": it must be one of Greet, Part`},
		{"nothing to serve", "Greet", nil, "no handlers"},
		{"two functions of one name", "Part", []handlers.Source{two, source{{Name: "Part", Func: other}}}, "two different functions are called Part"},
		{"not a function", "A", []handlers.Source{source{{Name: "A", Func: 7}}}, "handler A is a int: it must be a func(context.Context, In) (Out, error)"},
		{"nil", "A", []handlers.Source{source{{Name: "A"}}}, "handler A is a <nil>"},
		{"nil function", "A", []handlers.Source{source{{Name: "A", Func: missing}}}, "it must be a func"},
		{"no context", "A", []handlers.Source{source{{Name: "A", Func: func(greeting, int) (reply, error) { return reply{}, nil }}}}, "it must be a func"},
		{"no error", "A", []handlers.Source{source{{Name: "A", Func: func(context.Context, greeting) (reply, bool) { return reply{}, true }}}}, "it must be a func"},
		{"one result", "A", []handlers.Source{source{{Name: "A", Func: func(context.Context, greeting) error { return nil }}}}, "it must be a func"},
		{"variadic", "A", []handlers.Source{source{{Name: "A", Func: func(context.Context, ...greeting) (reply, error) { return reply{}, nil }}}}, "it must be a func"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, err := handlers.Find(test.handler, test.sources...)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("Find(%q): %v", test.handler, err)
			case test.want == "" && found.Name != test.handler:
				t.Errorf("Find(%q) found %q", test.handler, found.Name)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("Find(%q): error %v, want %q", test.handler, err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("error is more than one line: %v", err)
			}
		})
	}
}

func ExampleFind() {
	workflow := source{{Name: "Greet", Func: greet}, {Name: "Part", Func: part}}
	_, err := handlers.Find("Gret", workflow)
	fmt.Println(err)
	// Output:
	// _HANDLER is "Gret": it must be one of Greet, Part
}
