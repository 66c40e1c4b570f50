package main

import (
	"os"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/mockconfig"
)

// readMocks reads the test case that tells what tasks answer: NAME, or MACHINE#NAME as AWS writes it. Without the
// machine's name it is the workflow's, or the only one in the file.
func (p *play) readMocks(name, test string) error {
	switch {
	case test == "":
		return misuse("run: -mock-config needs -test-case with the name of a test case in %s", name)
	case name == "":
		return misuse("run: -test-case needs -mock-config with the file that has the test case")
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return misuse("read the mock configuration: %v", err)
	}
	f, err := mockconfig.Parse(name, src)
	if err != nil {
		return usageError{err.Error()}
	}
	machine, test, named := strings.Cut(test, "#")
	if !named {
		machine, test = "", machine
		for _, own := range []string{p.Name(), p.Title()} {
			if machine == "" && slices.Contains(f.Machines(), own) {
				machine = own
			}
		}
		if machine == "" && len(f.Machines()) > 1 {
			return misuse("run: %s has the state machines %s; say which with -test-case MACHINE#%s", name, strings.Join(f.Machines(), ", "), test)
		}
	}
	if p.mocks, err = f.Case(machine, test); err != nil {
		return usageError{err.Error()}
	}
	p.mocksFile = name
	return p.mocksFit()
}

// mocksFit tells what of the test case is for no task, or for one that the file of -stub answers too.
func (p *play) mocksFit() error {
	var machines []*asl.Machine
	for _, x := range p.all() {
		machines = append(machines, x.machine)
	}
	if err := p.mocks.Check(machines...); err != nil {
		return usageError{err.Error()}
	}
	for _, state := range p.mocks.States() {
		if len(p.answers.Of(state)) > 0 {
			return misuse("run: state %q is answered by %s and by test case %q of %s; take it out of one", state, p.answers.Name(), p.mocks.Name, p.mocksFile)
		}
	}
	return nil
}

// mocked tells whether the test case answers a state's task.
func (p *play) mocked(state string) bool {
	return p.mocks != nil && len(p.mocks.Answers(state)) > 0
}
