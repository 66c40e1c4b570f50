package local

import (
	"testing"
)

// An Option is a change of the Options with which [New] starts a machine.
type Option func(*Options)

// New starts a machine for a test and ends it with the test. What it says goes to the test's log.
//
//	m := local.New(t, local.Virtual())
//	sqs := sqs.NewFromConfig(…) // with m.URL() and m.Keys()
//	m.Advance(t.Context(), 24*time.Hour)
func New(t testing.TB, options ...Option) *Machine {
	t.Helper()
	o := Options{Out: t.Output()}
	for _, change := range options {
		change(&o)
	}
	m, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("close the local machine: %v", err)
		}
	})
	return m
}

// Virtual gives the machine a time of its own, which passes by itself when nobody is at work and something is to
// happen, and by [Machine.Advance].
func Virtual() Option { return func(o *Options) { o.Virtual = true } }

// Assembly brings up a stack of the cloud assembly in a folder. stack is its name; empty if there is one only.
func Assembly(dir, stack string) Option {
	return func(o *Options) { o.Assembly, o.Stack = dir, stack }
}

// With changes the options in any way.
func With(change func(*Options)) Option { return change }
