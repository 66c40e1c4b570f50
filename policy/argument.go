package policy

import (
	"strings"

	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// A source tells where the value of an argument comes from.
type source uint8

const (
	missing source = iota // the argument is not given
	dynamic               // it is worked out when the workflow runs
	plainly               // it is text, perhaps with placeholders inside
	bound                 // it is ${Name} and nothing else
)

// An argument is what a task says about the resource it works on.
type argument struct {
	from source
	text string // the text; the name of a bound one
}

// A call is a task's Resource with its arguments.
type call struct {
	ref  integration.Ref
	args value.Value
}

// arg follows names through the arguments. An expression on the way makes it dynamic, as
// does the JSONPath form "Name.$".
func (c *call) arg(names ...string) argument { return follow(c.args, names) }

func follow(v value.Value, names []string) argument {
	for _, name := range names {
		v = opened(v)
		switch {
		case expression(v):
			return argument{from: dynamic}
		case v.Get(name).Exists():
			v = v.Get(name)
		case v.Get(name + ".$").Exists():
			return argument{from: dynamic}
		default:
			return argument{}
		}
	}
	return classify(v)
}

func classify(v value.Value) argument {
	s := v.Str()
	switch {
	case !v.Exists():
		return argument{}
	case !v.IsString() || expression(v):
		return argument{from: dynamic}
	case strings.HasPrefix(s, "${") && strings.Count(s, "${") == 1 && strings.IndexByte(s, '}') == len(s)-1:
		return argument{from: bound, text: s[2 : len(s)-1]}
	default:
		return argument{from: plainly, text: s}
	}
}

// expression reports whether v is a JSONata expression.
func expression(v value.Value) bool {
	s := strings.TrimSpace(v.Str())
	return strings.HasPrefix(s, "{%") && strings.HasSuffix(s, "%}")
}

// first is the first of several arguments that is given.
func first(args ...argument) argument {
	for _, a := range args {
		if a.from != missing {
			return a
		}
	}
	return argument{}
}

// known reports whether the argument tells its value before the workflow runs.
func (a argument) known() bool { return a.from == plainly || a.from == bound }

// why says why an argument does not tell the resource.
func (a argument) why(name string) string {
	if a.from == missing {
		return name + " is not given"
	}
	return name + " is only known when the workflow runs"
}

// arn is the ARN that an argument names: of what is bound, as it is written, or built by
// template from a plain name, which stands at the template's "%s".
func (a argument) arn(template string) string {
	switch {
	case a.from == bound:
		return "${" + a.text + ".Arn}"
	case strings.HasPrefix(a.text, "arn:"):
		return a.text
	default:
		return strings.Replace(template, "%s", a.text, 1)
	}
}
