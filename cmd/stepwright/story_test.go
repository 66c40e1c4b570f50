package main

import "testing"

func TestShown(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{0: "0s", 0.4541: "454ms", 16.603: "16.603s", 60.4: "1m0s", 108000.454: "30h0m0s", 109200.454: "30h20m0s"} {
		if got := shown(seconds); got != want {
			t.Errorf("%g seconds are shown as %s, want %s", seconds, got, want)
		}
	}
}
