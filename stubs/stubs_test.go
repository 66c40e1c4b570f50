package stubs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/stubs"
	"github.com/stepwright/stepwright/value"
)

func ExampleParse() {
	f, err := stubs.Parse("stubs.json", []byte(`{
  "Find charge": [{"error": "Busy"}, {"id": "c1", "ageDays": 3}],
  "Ask a person": {"return": {"approved": true}, "after": "36h"}
}`))
	attempts := f.Of("Find charge")
	fmt.Println(attempts[0].Error, attempts[1].Value)
	fmt.Println(f.Of("Ask a person")[0].After, err)
	// Output:
	// Busy {"id":"c1","ageDays":3}
	// 36h0m0s <nil>
}

// TestWhatIsAnAnswer is about which objects are answers and which say something about one.
func TestWhatIsAnAnswer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"text"`:                          `"text"`,
		`null`:                            `null`,
		`{"a": 1}`:                        `{"a":1}`,
		`{"cause": "rain"}`:               `{"cause":"rain"}`,
		`{"after": "noon"}`:               `{"after":"noon"}`,
		`{"error": "E", "id": 1}`:         `{"error":"E","id":1}`,
		`{"return": [1]}`:                 `[1]`,
		`{"return": {"error": "E"}}`:      `{"error":"E"}`,
		`{"return": null, "after": "1m"}`: `null after 1m0s`,
		`{"return": 1, "heartbeats": ["1h", "90m"]}`: `1 heartbeats [1h0m0s 1h30m0s]`,
		`{"error": "E"}`:                     `E: ""`,
		`{"error": "E", "cause": "c"}`:       `E: "c"`,
		`{"never": true}`:                    `never`,
		`{"handler": true, "after": "2s"}`:   `handler after 2s`,
		`[1, {"return": 2}, {"error": "E"}]`: `1, 2, E: ""`,
	} {
		f, err := stubs.Parse("f", []byte(`{"S": `+text+`}`))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []string
		for _, a := range f.Of("S") {
			got = append(got, told(a))
		}
		if d := cmp.Diff(want, strings.Join(got, ", ")); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	}
}

func told(a stubs.Answer) string {
	s := ""
	switch {
	case a.Never:
		s = "never"
	case a.Handler:
		s = "handler"
	case a.Error != "":
		s = fmt.Sprintf("%s: %q", a.Error, a.Cause)
	default:
		s = a.Value.String()
	}
	if a.After > 0 {
		s += " after " + a.After.String()
	}
	if len(a.Heartbeats) > 0 {
		s += fmt.Sprint(" heartbeats ", a.Heartbeats)
	}
	return s
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{`:                                         `f:1:2: `,
		`[]`:                                        `f: there is array; expected an object with the answers of states`,
		"{\n\"S\": []}":                             `f:2: state "S": a list holds the answers to one attempt after the other, and this one has none`,
		"{\"S\": 1,\n\"S\": 2}":                     `f:2: state "S" is answered twice; the other is on line 1`,
		`{"S": {"error": 5}}`:                       `"error" is 5; expected the name of an error`,
		`{"S": {"error": ""}}`:                      `"error" is ""; expected the name of an error`,
		`{"S": {"error": "E", "cause": 1}}`:         `"cause" is 1; expected text`,
		`{"S": {"error": "E", "causes": "c"}}`:      `there is "causes" beside "error"; did you mean "cause"?`,
		`{"S": {"return": 1, "error": "E"}}`:        `only one of "return", "error", "never" and "handler"`,
		`{"S": {"return": 1, "cause": "E"}}`:        `"cause" belongs to "error", which is missing`,
		`{"S": {"never": false}}`:                   `"never" is false; expected true`,
		`{"S": {"handler": 1}}`:                     `"handler" is 1; expected true`,
		`{"S": {"return": 1, "after": 5}}`:          `"after" is 5; expected a duration such as "90s" or "36h"`,
		`{"S": {"return": 1, "after": "-1s"}}`:      `"after" is "-1s"; expected a duration`,
		`{"S": {"return": 1, "heartbeats": "1h"}}`:  `"heartbeats" is "1h"; expected a list of durations`,
		`{"S": {"return": 1, "heartbeats": ["h"]}}`: `"heartbeats" is "h"; expected a duration`,
		`{"S": [1, {"never": 2}]}`:                  `f:1: state "S": attempt 2: "never" is 2; expected true`,
	} {
		_, err := stubs.Parse("f", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
}

const document = `{"QueryLanguage": "JSONata", "StartAt": "Get", "States": {
  "Get": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Assign": {"row": "{% $states.result.Item %}"}, "Next": "Extract"},
  "Extract": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "${Extract}", "Payload": "{% $row.id.S %}"}, "Next": "Other"},
  "Other": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "other"}, "Assign": {"o": "{% $states.result.Payload %}"}, "Next": "Sort"},
  "Sort": {"Type": "Choice", "Choices": [{"Condition": "{% $o.size > 3 and $row.` + "`n-1`" + `.N = '1' %}", "Next": "Ask"}], "Default": "Rows"},
  "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Arguments": {"MessageBody": "{% $states.context.Task.Token %}"}, "Output": "{% $states.result.approved %}", "End": true},
  "Rows": {"Type": "Map", "End": true, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "b", "Key": "k"}, "ReaderConfig": {"InputType": "JSON"}},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Row", "States": {"Row": {"Type": "Succeed"}}}}}}`

func machine(t *testing.T) *asl.Machine {
	t.Helper()
	m, problems := asl.Parse([]byte(document))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestSkeleton writes an answer for every task, with what is read of it, which can be read back.
func TestSkeleton(t *testing.T) {
	t.Parallel()
	m := machine(t)
	got := stubs.Skeleton(m, map[string]value.Value{"Extract": value.MustParse(`["x"]`)}).String()
	want := `{"Get":{"Item":{"id":{"S":null},"n-1":{"N":null}}},"Extract":{"return":["x"]},"Other":{"size":null},"Ask":{"approved":null},"Rows":{"return":[]}}`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	f, err := stubs.Parse("f", []byte(got))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(func(string) bool { return false }, m); err != nil {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	f, err := stubs.Parse("f", []byte("{\"Gte\": 1,\n\"Sort\": 2,\n\"Extract\": {\"handler\": true},\n\"Elsewhere\": 3}"))
	if err != nil {
		t.Fatal(err)
	}
	err = f.Check(func(string) bool { return false }, machine(t))
	want := `f:1: the workflow has no task "Gte"; did you mean "Get"?
f:2: state "Sort" is a Choice; only tasks are answered, and Maps that read from S3
f:3: state "Extract" asks for its handler, but there is none that can be called
f:4: the workflow has no task "Elsewhere"; its tasks are "Get", "Extract", "Other", "Ask", "Rows"`
	if err == nil || cmp.Diff(want, err.Error()) != "" {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, fmt.Sprint(err)))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"S": [{"error": "E"}, {"return": {"a": [1]}, "after": "1s"}]}`))
	f.Add([]byte(`{"S": {"never": true}, "T": []}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := stubs.Parse("f", src)
		if err == nil && file == nil {
			t.Error("neither a file nor an error")
		}
	})
}
