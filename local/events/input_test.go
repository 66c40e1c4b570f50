package events

import (
	"testing"

	"github.com/stepwright/stepwright/value"
)

// Whatever template and path a target has: they are refused, or give JSON or an error.
func FuzzInput(f *testing.F) {
	for _, seed := range [][3]string{
		{`{"a":<n>,"b":"<n> \" <aws.events.rule-name>"}`, `$.detail.n`, `{"detail":{"n":"x\"y"}}`},
		{`"<n>"`, `$['a b'][0].c`, `{"a b":[{"c":{"d":[1]}}]}`},
		{`<n`, `$`, `{}`},
		{`"\`, `$[`, `[]`},
		{`<>`, `$.`, `1`},
		{`<n><n>`, `$[99999999999999999999]`, `[1]`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, template, path, event string) {
		e, err := value.ParseString(event)
		if err != nil {
			return
		}
		transformer := value.Object(value.M("InputTemplate", value.String(template)), value.M("InputPathsMap", value.Object(value.M("n", value.String(path)))))
		for _, target := range []value.Value{value.Object(value.M("InputTransformer", transformer)), value.Object(value.M("InputPath", value.String(path)))} {
			in, err := parseInput(target)
			if err != nil {
				continue
			}
			out, err := in.of(e, "R", "arn")
			if (err == nil) != out.Exists() {
				t.Errorf("%s gives %s, %v", target, out, err)
			}
		}
	})
}
