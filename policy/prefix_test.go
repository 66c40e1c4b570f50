package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrefix(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`{% "https://x.example/" & $id %}`:                    "https://x.example/",
		`{% "https://x.example/a" %}`:                         "https://x.example/a",
		`{%"https://x\u002fy/" & $f($a ? "b" : "c") & "/d"%}`: "https://x/y/",
		"{% \"a\" & $x.`odd-name`[0].y & ($b ? 1 : 2) %}":     "a",
		`{% "a" & $x = "b" ? "c" : "d" %}`:                    "",
		`{% "a" = $x %}`:                                      "",
		`{% "a" in $x %}`:                                     "",
		`{% "a" & $x and $y %}`:                               "",
		`{% "a" & $x or $y %}`:                                "",
		`{% "a" ~> $f %}`:                                     "",
		`{% "a" & $x; "b" %}`:                                 "",
		`{% $x & "a" %}`:                                      "",
		`{% ("a" & $x) %}`:                                    "",
		`{% "a" & ( %}`:                                       "",
		`{% "unclosed %}`:                                     "",
		`{% "a".b & $x %}`:                                    "",
		`{% "a"[$i] & $x %}`:                                  "",
		`{% 'a' & $x %}`:                                      "",
		``:                                                    "",
	} {
		if d := cmp.Diff(want, prefix(expression)); d != "" {
			t.Errorf("%s (-want +got):\n%s", expression, d)
		}
	}
}

// TestActivities: a placeholder that is an activity needs no permission; another one is a function.
func TestActivities(t *testing.T) {
	t.Parallel()
	m := machineOf(task("${Inspection}", ""), task("${Resize}", ""))
	got := lines(Derive(m, Options{Activities: []string{"Inspection"}}).Statements)
	if d := cmp.Diff([]string{"lambda:InvokeFunction | ${Resize.Arn} ${Resize.Arn}:*"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
