package stubs

import (
	"regexp"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// Asks is what a state asks the world for: a task's Resource, or that by which a Map reads its items; empty for all
// others.
func Asks(s asl.State) string {
	switch s := s.(type) {
	case *asl.Task:
		return s.Resource
	case *asl.Map:
		if s.ItemReader != nil {
			return s.ItemReader.Resource
		}
	}
	return ""
}

// Skeleton is a file with an answer for every task of a machine, to be filled in. A task that calls a handler gets the
// example of what it returns, by the handler's name; of other answers the members are there that the machine reads,
// as null. A Map that reads its items from S3 gets none of them.
func Skeleton(m *asl.Machine, handlers map[string]value.Value) value.Value {
	text := string(asl.Print(m))
	var b value.Builder
	for v := range asl.Visits(m) {
		t, ok := v.State.(*asl.Task)
		if !ok {
			if Asks(v.State) != "" {
				b.Set(v.Name, quote(value.Array()))
			}
			continue
		}
		x, ok := handlers[HandlerOf(t)]
		if ref, err := integration.Parse(t.Resource); !ok || err != nil || ref.Pattern != integration.RequestResponse {
			x = reads(text, t)
			if ref.Service == "lambda" && ref.Action == "invoke" && ref.Pattern == integration.RequestResponse && err == nil && x.Get("Payload").Exists() {
				x = x.Get("Payload")
			}
		}
		b.Set(v.Name, quote(x))
	}
	return b.Object()
}

// quote protects an answer that would be taken for something else.
func quote(x value.Value) value.Value {
	a, err := read(x)
	if err == nil && len(a) == 1 && value.Equal(a[0].Value, x) {
		return x
	}
	return value.Object(value.M("return", x))
}

// HandlerOf is the name of the handler that a task calls, as in ${Extract}; empty if it calls something else.
func HandlerOf(t *asl.Task) string {
	if !strings.HasPrefix(t.Resource, "arn:aws:states:::lambda:invoke") {
		return ""
	}
	name, ok := strings.CutPrefix(t.Arguments.Get("FunctionName").Str(), "${")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(name, "}")
}

var (
	field = "((?:\\.(?:`[^`]+`|[A-Za-z_][A-Za-z0-9_]*))+)"
	whole = regexp.MustCompile(`^\{%\s*\$states\.result` + field + `?\s*%\}$`)
	part  = regexp.MustCompile(`\$states\.result` + field)
)

// reads is an object with the members of a task's answer that the machine reads.
func reads(text string, t *asl.Task) value.Value {
	var paths []string
	note := func(v value.Value) {
		for _, m := range part.FindAllStringSubmatch(v.String(), -1) {
			paths = append(paths, m[1])
		}
	}
	note(t.Output)
	for name, v := range t.Assign.Members() {
		is := whole.FindStringSubmatch(v.Str())
		if is == nil || is[1] != "" {
			note(v)
		}
		if is == nil {
			continue
		}
		for _, m := range regexp.MustCompile(`\$`+regexp.QuoteMeta(name)+field).FindAllStringSubmatch(text, -1) {
			paths = append(paths, is[1]+m[1])
		}
	}
	x := value.Object()
	for _, p := range paths {
		x = with(x, strings.Split(strings.ReplaceAll(p[1:], "`", ""), "."))
	}
	return x
}

func with(x value.Value, path []string) value.Value {
	if len(path) == 0 {
		if x.IsObject() && x.Len() > 0 {
			return x
		}
		return value.Null
	}
	if !x.IsObject() {
		x = value.Object()
	}
	inner := x.Get(path[0])
	return x.With(path[0], with(inner, path[1:]))
}
