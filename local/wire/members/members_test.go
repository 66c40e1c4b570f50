package members_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

func ExampleRead() {
	r := members.Read("Publish", value.MustParse(`{"TopicArn": "arn:x", "Subjekt": "hello"}`))
	fmt.Println(r.String("TopicArn"), r.String("Subject") == "")
	fmt.Println(r.Err())
	// Output:
	// arn:x true
	// ValidationException: the parameter Subjekt of Publish is not supported yet by the local machine
}

// A resource's properties are read like a request, and errors say whose they are.
func ExampleProperties() {
	r := members.Properties(wire.Resource{
		LogicalID: "Photos", Type: "AWS::SNS::Topic", Properties: value.MustParse(`{"TopicName": "photos", "Archive": true}`),
	})
	fmt.Println(r.String("TopicName"))
	fmt.Println(r.Err())
	// Output:
	// photos
	// ValidationException: the parameter Archive of resource Photos (AWS::SNS::Topic) is not supported yet by the local machine
}

func TestReader(t *testing.T) {
	t.Parallel()
	type all struct {
		S    string
		N, M int
		B, C bool
		F    float64
		L    []string
		Has  bool
	}
	read := func(src string) (all, error) {
		r := members.Read("Op", value.MustParse(src))
		r.Ignore("Tags")
		got := all{
			S: r.String("S"), N: r.Int("N", 7), M: r.Int("M", 7), B: r.Bool("B"), C: r.Bool("C"), F: r.Float("F", 0.5),
			L: r.Strings("L"), Has: r.Has("S"),
		}
		r.Object("O")
		return got, r.Err()
	}
	for _, c := range []struct {
		name, in, err string
		want          all
	}{
		{name: "none", in: `{}`, want: all{N: 7, M: 7, F: 0.5}},
		{name: "nulls", in: `{"S": null, "N": null, "L": null, "O": null}`, want: all{N: 7, M: 7, F: 0.5}},
		{
			name: "all", in: `{"S": "s", "N": 1, "M": "-2", "B": true, "C": "True", "F": "1.5", "L": ["a"], "Tags": 1, "O": {}}`,
			want: all{S: "s", N: 1, M: -2, B: true, C: true, F: 1.5, L: []string{"a"}, Has: true},
		},
		{name: "unknown", in: `{"X": 1}`, want: all{N: 7, M: 7, F: 0.5}, err: "ValidationException: the parameter X of Op is not supported yet by the local machine"},
		{name: "string", in: `{"S": 1}`, want: all{N: 7, M: 7, F: 0.5, Has: true}, err: "SerializationException: the parameter S of Op must be a string, not 1"},
		{name: "integer", in: `{"N": 1.5}`, want: all{N: 7, M: 7, F: 0.5}, err: "SerializationException: the parameter N of Op must be an integer, not 1.5"},
		{name: "text", in: `{"N": "x"}`, want: all{N: 7, M: 7, F: 0.5}, err: `SerializationException: the parameter N of Op must be an integer, not "x"`},
		{name: "bool", in: `{"B": []}`, want: all{N: 7, M: 7, F: 0.5}, err: "SerializationException: the parameter B of Op must be true or false, not array"},
		{name: "strings", in: `{"L": [1]}`, want: all{N: 7, M: 7, F: 0.5}, err: "SerializationException: the parameter L of Op must be an array of strings, not 1"},
		{name: "object", in: `{"O": []}`, want: all{N: 7, M: 7, F: 0.5}, err: "SerializationException: the parameter O of Op must be an object, not array"},
		{name: "no object", in: `[]`, want: all{N: 7, M: 7, F: 0.5}, err: "SerializationException: the input of Op must be an object, not array"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(c.in)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if d := cmp.Diff(c.err, text); d != "" {
				t.Errorf("error (-want +got):\n%s", d)
			}
		})
	}
}
