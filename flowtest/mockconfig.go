package flowtest

import (
	"context"
	"os"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/mockconfig"
	"github.com/stepwright/stepwright/value"
)

// MockConfig lets tasks answer as a test case of AWS's own MockConfigFile.json says (see package mockconfig): path is
// the file, from the folder of the test, machine the state machine's name in it, and test the test case's. A file that
// cannot be used ends the test. What the test case does not mock needs a stub as ever; a stub of the same task goes
// before it when it comes behind.
//
//	flowtest.Run(t, refunds.Refund, orders.Order{ID: "o1"}, flowtest.MockConfig("testdata/MockConfigFile.json", "Refund", "HappyPath"))
func MockConfig(path, machine, test string) Option {
	return option(func(s *setup) {
		s.mocks = append(s.mocks, mocks{len(s.stubs), func(t testing.TB) *mockconfig.Case { return readMocks(t, path, machine, test) }})
	})
}

// Mocks lets tasks answer as a test case says that was read with package mockconfig.
func Mocks(c *mockconfig.Case) Option {
	return option(func(s *setup) {
		s.mocks = append(s.mocks, mocks{len(s.stubs), func(testing.TB) *mockconfig.Case { return c }})
	})
}

// mocks are the answers of a test case, and the place among the stubs where they were given.
type mocks struct {
	before int
	read   func(testing.TB) *mockconfig.Case
}

func readMocks(t testing.TB, path, machine, test string) *mockconfig.Case {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read the mock configuration: %v", err)
	}
	f, err := mockconfig.Parse(path, src)
	if err != nil {
		t.Fatalf("read the mock configuration: %v", err)
	}
	c, err := f.Case(machine, test)
	if err != nil {
		t.Fatalf("read the mock configuration: %v", err)
	}
	return c
}

// mock puts the answers of test cases among the stubs.
func (s *setup) mock(t testing.TB, m *asl.Machine) {
	t.Helper()
	var all []*stub
	at := 0
	for _, k := range s.mocks {
		all = append(all, s.stubs[at:k.before]...)
		at = k.before
		c := k.read(t)
		if err := c.Check(m); err != nil {
			t.Fatalf("the mock configuration does not fit the workflow: %v", err)
		}
		for _, state := range c.States() {
			all = append(all, mockedState(c, state))
		}
	}
	s.stubs, s.mocks = append(all, s.stubs[at:]...), nil
}

// mockedState is the stub of a state that a test case mocks. The last answer is that there is none.
func mockedState(c *mockconfig.Case, state string) *stub {
	x := &stub{name: state, whole: true}
	for i := range len(c.Answers(state)) + 1 {
		x.answers = append(x.answers, func(context.Context, value.Value) engine.Result { return c.Answer(state, i) })
	}
	return x
}
