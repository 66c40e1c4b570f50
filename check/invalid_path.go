package check

import (
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// invalidPath reports what is no path where JSONPath states take one. Calls of intrinsic functions have rules of their
// own.
var invalidPath = Rule{
	Code: "invalid-path",
	Run: func(p *Pass) {
		for v := range asl.Visits(p.Machine) {
			if p.Machine.Language(v.State) != asl.JSONPath {
				continue
			}
			for at, x := range asl.Templates(v.State, asl.JSONPath) {
				if x.IsString() {
					p.pathField(v, at, x.Str())
				} else {
					p.template(v, at, x)
				}
			}
		}
	},
}

// pathField looks at a field that is a path.
func (p *Pass) pathField(v asl.Visit, at diag.Pointer, text string) {
	if isCall(text) || strings.Contains(text, "${") {
		return
	}
	switch field := at.Split()[len(at.Split())-1]; field {
	case "ResultPath":
		if _, err := jsonpath.ParseReference(text); err != nil {
			p.Error(v.Name, v.Path+at, err.Error(), "no result can be placed at %s", value.String(text))
		}
	case "InputPath", "OutputPath", "ErrorPath", "CausePath":
		p.readable(v, at, text)
	default:
		path := p.readable(v, at, text)
		if path == nil {
			return
		}
		if what := path.BeyondReference(); what != "" {
			p.Error(v.Name, v.Path+at, what+"; write a path that points at one place, or take the value out before, in Parameters or Assign",
				"%s is no reference path, and %s takes no other", value.String(text), field)
		}
	}
}

// readable reports text that is no path, and gives the path that it is.
func (p *Pass) readable(v asl.Visit, at diag.Pointer, text string) *jsonpath.Path {
	path, err := jsonpath.Compile(text)
	if err != nil {
		p.Error(v.Name, v.Path+at, err.Error(), "the value %s is no path", value.String(text))
	}
	return path
}

// template looks at a field that is a payload template.
func (p *Pass) template(v asl.Visit, at diag.Pointer, x value.Value) {
	_, errs := jsonpath.CompileTemplate(x)
	for _, e := range errs {
		if !isCall(e.Text) && !strings.Contains(e.Text, "${") {
			p.Error(v.Name, v.Path+at+e.Path, e.Hint, "%s", e.Message)
		}
	}
}

func isCall(text string) bool { return strings.HasPrefix(text, "States.") }
