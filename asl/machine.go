package asl

import (
	"iter"
	"slices"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A QueryLanguage is the language of a state's paths and expressions.
type QueryLanguage string

// The query languages. The empty one leaves the default: that of the machine, which is JSONPath unless it says
// otherwise.
const (
	JSONPath QueryLanguage = "JSONPath"
	JSONata  QueryLanguage = "JSONata"
)

// A Machine is a whole definition (Amazon States Language, top-level fields).
type Machine struct {
	Branch                      // Comment, StartAt, States
	Version       *string       // only "1.0" exists
	QueryLanguage QueryLanguage // default for every state that sets none
	// TimeoutSeconds is how long an execution may take; absent for no limit of its own.
	TimeoutSeconds value.Value

	file, source string // what Parse read, for Position
}

// Language is the query language of state s in m: its own, else the machine's, else JSONPath.
func (m *Machine) Language(s State) QueryLanguage {
	if l := s.common().QueryLanguage; l != "" {
		return l
	}
	if m.QueryLanguage != "" {
		return m.QueryLanguage
	}
	return JSONPath
}

// A Branch is one set of states with an entry: the machine's own, a Parallel's branch, or what a Map runs per item.
type Branch struct {
	Comment *string
	StartAt string // required: a name in States
	States  States // required, at least one
	Pos     diag.Position
}

// An ItemProcessor is what a Map runs for each item or batch.
type ItemProcessor struct {
	Branch
	ProcessorConfig *ProcessorConfig
}

// A ProcessorConfig says how a Map runs its iterations.
type ProcessorConfig struct {
	Mode          string // "INLINE" (default) or "DISTRIBUTED"
	ExecutionType string // "STANDARD" or "EXPRESS"; required when distributed
}

// States are the states of one branch, by name, in the order they were written. The zero value is empty.
type States struct {
	names  []string
	byName map[string]State
}

// Len is the number of states.
func (s *States) Len() int { return len(s.names) }

// Get is the state called name, or nil.
func (s *States) Get(name string) State { return s.byName[name] }

// Names are the names in order. The slice must not be written to.
func (s *States) Names() []string { return s.names }

// Add appends a state, or replaces the one of that name at its place.
func (s *States) Add(name string, state State) {
	if s.byName == nil {
		s.byName = map[string]State{}
	}
	if _, ok := s.byName[name]; !ok {
		s.names = append(s.names, name)
	}
	s.byName[name] = state
}

// Remove takes the state called name away.
func (s *States) Remove(name string) {
	if _, ok := s.byName[name]; ok {
		delete(s.byName, name)
		s.names = slices.DeleteFunc(slices.Clone(s.names), func(n string) bool { return n == name })
	}
}

// All are the states in order.
func (s *States) All() iter.Seq2[string, State] {
	return func(yield func(string, State) bool) {
		for _, n := range s.names {
			if !yield(n, s.byName[n]) {
				return
			}
		}
	}
}
