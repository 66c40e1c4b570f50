package check

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonpath"
)

// intrinsicCall reports calls of intrinsic functions that cannot be read, and those in fields that take none.
var intrinsicCall = Rule{
	Code: "intrinsic-call",
	Run: func(p *Pass) {
		for f, text := range p.calls() {
			e, err := jsonpath.CompileExpr(text)
			switch {
			case !f.takesCall():
				f.error(p, `compute it before, in "Parameters" or "Assign", and give the path of the result`, "the field takes no call of an intrinsic function")
			case err != nil:
				f.error(p, "docs/intrinsics.md shows the functions and their arguments", unreadable(err))
			case f.inFail() && !slices.Contains(textual, e.Calls()[0].Name):
				f.error(p, "take one of "+strings.Join(textual, ", "), e.Calls()[0].Name+" gives no text; the field takes nothing else")
			}
		}
	},
}

// textual are the functions that the service takes in ErrorPath and CausePath.
var textual = []string{
	"States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode", "States.Base64Decode", "States.Hash", "States.UUID",
}

// A caller is a field, at its place in a state, with something like a call.
type caller struct {
	asl.Visit
	at diag.Pointer
}

// calls are the strings in JSONPath states that look like calls.
func (p *Pass) calls() iter.Seq2[caller, string] {
	return func(yield func(caller, string) bool) {
		for v := range asl.Visits(p.Machine) {
			if p.Machine.Language(v.State) != asl.JSONPath {
				continue
			}
			for at, text := range asl.Expressions(v.State, asl.JSONPath) {
				if strings.HasPrefix(text, "States.") && !yield(caller{v, at}, text) {
					return
				}
			}
		}
	}
}

// takesCall tells whether the field may have a call: members of payload templates, ErrorPath and CausePath may.
func (f caller) takesCall() bool { return strings.HasSuffix(string(f.at), ".$") || f.inFail() }

func (f caller) inFail() bool { return f.at == "/ErrorPath" || f.at == "/CausePath" }

func (f caller) error(p *Pass, hint, message string) {
	p.Error(f.Name, f.Path+f.at, hint, "%s", message)
}

// unreadable says what is wrong with a call, and where in it.
func unreadable(err error) string {
	var wrong *jsonpath.SyntaxError
	switch {
	case !errors.As(err, &wrong):
		return err.Error()
	case wrong.Offset == 0:
		return wrong.Message
	}
	before := wrong.Source[:min(wrong.Offset, len(wrong.Source))]
	return fmt.Sprintf("at character %d of the call: %s", utf8.RuneCountInString(before)+1, wrong.Message)
}
