package mapio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/local/mapio"
	"github.com/stepwright/stepwright/value"
)

// child is the record of a child.
func child(status, output string) value.Value {
	return value.Object(value.M("Status", value.String(status)), value.M("Output", value.String(output)))
}

func TestResults(t *testing.T) {
	t.Parallel()
	const plain = `{"Status":"SUCCEEDED","Output":"[1,2]"}`
	for name, c := range map[string]struct{ config, want string }{
		"none":    {`{}`, `[` + plain + `,{"Status":"SUCCEEDED","Output":"3"}]`},
		"compact": {`{"Transformation":"COMPACT"}`, `[[1,2],3]`},
		"flatten": {`{"Transformation":"FLATTEN","OutputType":"JSON"}`, `[1,2,3]`},
		"lines":   {`{"Transformation":"FLATTEN","OutputType":"JSONL"}`, "1\n2\n3\n"},
	} {
		b := &bucket{objects: map[string]string{}}
		r := mapio.NewResults(b)
		parts := [][]value.Value{{child("SUCCEEDED", "[1,2]"), child("FAILED", "[9]")}, {child("SUCCEEDED", "3"), child("TIMED_OUT", "1"), child("PENDING", "2")}, nil}
		for i, children := range parts {
			err := r.Write(t.Context(), "b", &engine.Export{MapRunArn: "arn", Key: "p/u/manifest.json", Config: value.MustParse(c.config), Part: i, Last: i == 2, Children: children})
			if err != nil {
				t.Fatal(name, err)
			}
		}
		if got := b.objects["b/p/u/SUCCEEDED_0.json"]; got != c.want {
			t.Errorf("%s: wrote %s", name, got)
		}
		if got := b.objects["b/p/u/FAILED_0.json"]; !strings.Contains(got, `"Output":"[9]"`) || !strings.Contains(got, "TIMED_OUT") {
			t.Errorf("%s: wrote %s", name, got)
		}
		want := fmt.Sprintf(`{"DestinationBucket":"b","MapRunArn":"arn","ResultFiles":{"FAILED":[{"Key":"p/u/FAILED_0.json","Size":%d}],"PENDING":[{"Key":"p/u/PENDING_0.json","Size":%d}],"SUCCEEDED":[{"Key":"p/u/SUCCEEDED_0.json","Size":%d}]}}`,
			len(b.objects["b/p/u/FAILED_0.json"]), len(b.objects["b/p/u/PENDING_0.json"]), len(c.want))
		if got := b.objects["b/p/u/manifest.json"]; got != want {
			t.Errorf("%s: the manifest is %s, want %s", name, got, want)
		}
	}
}

// A file that would become too large ends, and another one begins.
func TestResultFilesSplit(t *testing.T) {
	t.Parallel()
	b := &bucket{objects: map[string]string{}}
	r := mapio.NewResultsOf(b, 24)
	var children []value.Value
	for i := range 7 {
		children = append(children, child("SUCCEEDED", fmt.Sprintf(`"value %d"`, i)))
	}
	config := value.MustParse(`{"Transformation":"COMPACT"}`)
	if err := r.Write(t.Context(), "b", &engine.Export{Key: "u/manifest.json", Config: config, Last: true, Children: children}); err != nil {
		t.Fatal(err)
	}
	want := "[u/SUCCEEDED_0.json u/SUCCEEDED_1.json u/SUCCEEDED_2.json u/SUCCEEDED_3.json u/manifest.json]"
	if got := fmt.Sprint(b.created); got != want {
		t.Errorf("created %s", got)
	}
	var all []string
	for i, file := range value.MustParse(b.objects["b/u/manifest.json"]).Path("ResultFiles", "SUCCEEDED").Elements() {
		content := b.objects["b/"+file.Get("Key").Str()]
		if n, _ := file.Get("Size").Int(); n != int64(len(content)) || n > 24 {
			t.Errorf("file %d has %d bytes, the manifest says %d", i, len(content), n)
		}
		for _, v := range value.MustParse(content).Elements() {
			all = append(all, v.Str())
		}
	}
	if len(all) != 7 || all[6] != "value 6" {
		t.Errorf("got %v", all)
	}
}

// failing is a sink on which nothing can be written, from some byte on.
type failing struct{ after int }

func (f *failing) Create(context.Context, string, string) (io.WriteCloser, error) { return f, nil }

func (f *failing) Write(b []byte) (int, error) {
	if f.after -= len(b); f.after < 0 {
		return 0, errors.New("full")
	}
	return len(b), nil
}

func (f *failing) Close() error { return nil }

func TestResultsFail(t *testing.T) {
	t.Parallel()
	part := &engine.Export{Key: "u/manifest.json", Last: true, Children: []value.Value{child("SUCCEEDED", "1")}}
	if err := mapio.NewResults(&bucket{}).Write(t.Context(), "x", part); err == nil || err.Error() != "no bucket x" {
		t.Errorf("got %v", err)
	}
	for _, after := range []int{0, 50} {
		if err := mapio.NewResults(&failing{after}).Write(t.Context(), "b", part); err == nil || err.Error() != "full" {
			t.Errorf("%d: got %v", after, err)
		}
	}
}
