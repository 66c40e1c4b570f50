package synth

import "testing"

func TestX(t *testing.T) {
	for n, tt := range trial.templates {
		t.Logf("%s\n%s", n, tt.src)
	}
}
