package history_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

var sameValues = cmp.Comparer(func(a, b value.Value) bool { return a.String() == b.String() && a.Exists() == b.Exists() })

// filled is an event of which every field has a content that depends on n.
func filled(t history.Type, n int) history.Event {
	var e history.Event
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			*f = v.Type().Field(i).Name
		case **string:
			*f = new(v.Type().Field(i).Name)
		case **int64:
			*f = new(int64(n))
		case *int:
			*f = n + i
		case *int64:
			*f = int64(n)
		case *value.Value:
			*f = value.Object(value.M(v.Type().Field(i).Name, value.Int(n)))
		case *time.Time:
			*f = time.UnixMilli(1_800_000_000_000 + int64(n)).UTC()
		}
	}
	e.Type = t
	return e
}

func TestBinary(t *testing.T) {
	t.Parallel()
	var events []history.Event
	in := value.MustParse(`{"a":[1.50,"é\u0001"]}`)
	for n, typ := range append(history.Types(), "NewInTheService") {
		events = append(events, filled(typ, n+1),
			history.Event{ID: 7, Type: typ, Time: time.UnixMilli(5).UTC(), Input: in, Output: in}, history.Event{ID: 8, PreviousID: 9, Type: typ, Time: time.UnixMilli(0).UTC(), Output: in},
			history.Event{Type: typ, Time: time.UnixMilli(-5).UTC(), Input: value.Null, Output: value.False, Error: new(""), TimeoutInSeconds: new(int64(0))},
			history.Event{Type: typ, Time: time.UnixMilli(1).UTC(), Output: value.False})
	}
	b := history.AppendBinary([]byte("before"), slices.Values(events))
	got, err := history.ParseBinary(b[len("before"):])
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(events, got, sameValues); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if text, err := json.Marshal(events); err != nil || len(b) > len(text)/2 {
		t.Errorf("%d bytes, as JSON %d, %v", len(b), len(text), err)
	}
	for n := range b[len("before"):] { // whatever is cut off, nothing panics
		_, _ = history.ParseBinary(b[len("before") : len("before")+n])
	}
}

func FuzzParseBinary(f *testing.F) {
	f.Add(history.AppendBinary(nil, slices.Values([]history.Event{filled(history.TaskScheduled, 3), {Type: "x"}})))
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := history.ParseBinary(data)
		if err != nil {
			return
		}
		again, err := history.ParseBinary(history.AppendBinary(nil, slices.Values(events)))
		if d := cmp.Diff(events, again, sameValues); d != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
	})
}

func BenchmarkAppendBinary(b *testing.B) {
	in := value.MustParse(`{"id":"1","name":"item-1","amount":"3.5","text":"some text that makes it about one hundred bytes long, all in all"}`)
	at := time.UnixMilli(1_800_000_000_000).UTC()
	events := []history.Event{
		{ID: 1, Type: history.ExecutionStarted, Time: at, Input: in, RoleArn: "arn:aws:iam::111111111111:role/Photos"},
		{ID: 2, Type: history.PassStateEntered, Time: at, Name: "P", Input: in},
		{ID: 3, PreviousID: 2, Type: history.PassStateExited, Time: at, Name: "P", Output: in},
		{ID: 4, PreviousID: 3, Type: history.ExecutionSucceeded, Time: at, Output: in},
	}
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		out = history.AppendBinary(out[:0], slices.Values(events))
	}
	b.SetBytes(int64(len(out)))
}
