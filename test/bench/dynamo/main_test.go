package main

import (
	"bytes"
	"strings"
	"testing"
)

// The command measures our side alone, at a small size, and every line gives the right answers.
func TestAlone(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-alone", "-items", "300", "-time", "20ms", "-rounds", "1"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"PutItem/s", "GetItem/s", "Query of 10/s", "UpdateItem/s", "300 items"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	if err := run(t.Context(), []string{"-items", "5"}, &out); err == nil {
		t.Error("too few items are taken")
	}
}
