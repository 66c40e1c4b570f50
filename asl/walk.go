package asl

import (
	"fmt"
	"iter"

	"github.com/stepwright/stepwright/diag"
)

// A Scope is one set of states that lead to each other: the machine itself, a branch of a Parallel, or what a Map
// runs for each item. Transitions never leave it.
type Scope struct {
	Branch *Branch
	Path   diag.Pointer // of the branch; empty for the machine
	Owner  string       // the name of the Parallel or Map that has it; empty for the machine
	Parent State        // the Parallel or Map that has it; nil for the machine
	Depth  int          // 0 for the machine
}

// A Visit is a state with its surroundings.
type Visit struct {
	Scope
	Name  string
	State State
	Path  diag.Pointer // of the state
}

// Walk calls f with every state of m, in the order of the document: a state comes before those inside it.
func Walk(m *Machine, f func(Visit)) {
	for v := range Visits(m) {
		f(v)
	}
}

// Visits are the states of m, as Walk gives them.
func Visits(m *Machine) iter.Seq[Visit] {
	return func(yield func(Visit) bool) { visits(Scope{Branch: &m.Branch}, yield) }
}

func visits(s Scope, yield func(Visit) bool) bool {
	at := s.Path.Child("States")
	for name, state := range s.Branch.States.All() {
		v := Visit{Scope: s, Name: name, State: state, Path: at.Child(name)}
		if !yield(v) {
			return false
		}
		for inner := range v.Inner() {
			if !visits(inner, yield) {
				return false
			}
		}
	}
	return true
}

// Inner are the scopes directly inside the state.
func (v Visit) Inner() iter.Seq[Scope] {
	return func(yield func(Scope) bool) {
		for at, b := range Branches(v.State) {
			if !yield(Scope{Branch: b, Path: v.Path + at, Owner: v.Name, Parent: v.State, Depth: v.Depth + 1}) {
				return
			}
		}
	}
}

// Scopes are the sets of states of m that lead to each other, the machine's own first, in the order of the document.
func Scopes(m *Machine) iter.Seq[Scope] {
	return func(yield func(Scope) bool) {
		if !yield(Scope{Branch: &m.Branch}) {
			return
		}
		for v := range Visits(m) {
			for s := range v.Inner() {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// Branches are the branches directly inside s with their place in it: "/Branches/0" of a Parallel,
// "/ItemProcessor" or "/Iterator" of a Map, none of the other kinds.
func Branches(s State) iter.Seq2[diag.Pointer, *Branch] {
	return func(yield func(diag.Pointer, *Branch) bool) {
		switch s := s.(type) {
		case *Parallel:
			for i, b := range s.Branches {
				if !yield(diag.Pointer("/Branches").Index(i), b) {
					return
				}
			}
		case *Map:
			if s.ItemProcessor != nil && !yield("/ItemProcessor", &s.ItemProcessor.Branch) {
				return
			}
			if s.Iterator != nil {
				yield("/Iterator", &s.Iterator.Branch)
			}
		case *Task, *Pass, *Wait, *Choice, *Succeed, *Fail:
		default:
			panic(fmt.Sprintf("asl: unknown state %T", s))
		}
	}
}

// TransitionOf gives the Next and End of s; nil for the kinds that have none: Choice, Succeed and Fail.
func TransitionOf(s State) *Transition {
	switch s := s.(type) {
	case *Task:
		return &s.Transition
	case *Parallel:
		return &s.Transition
	case *Map:
		return &s.Transition
	case *Pass:
		return &s.Transition
	case *Wait:
		return &s.Transition
	case *Choice, *Succeed, *Fail:
		return nil
	default:
		panic(fmt.Sprintf("asl: unknown state %T", s))
	}
}

// ErrorsOf gives the Retry and Catch of s; nil for the kinds that have none.
func ErrorsOf(s State) *Errors {
	switch s := s.(type) {
	case *Task:
		return &s.Errors
	case *Parallel:
		return &s.Errors
	case *Map:
		return &s.Errors
	case *Pass, *Wait, *Choice, *Succeed, *Fail:
		return nil
	default:
		panic(fmt.Sprintf("asl: unknown state %T", s))
	}
}

// Targets are the names of the states that s can lead to, with their place in it ("/Next", "/Choices/0/Next",
// "/Default", "/Catch/1/Next"), in the order of Print. A name may come more than once.
func Targets(s State) iter.Seq2[diag.Pointer, string] {
	return func(yield func(diag.Pointer, string) bool) {
		to := func(at diag.Pointer, name string) bool { return name == "" || yield(at, name) }
		if c, ok := s.(*Choice); ok {
			for i, r := range c.Choices {
				if !to(diag.Pointer("/Choices").Index(i).Child("Next"), r.Next) {
					return
				}
			}
			to("/Default", c.Default)
			return
		}
		if e := ErrorsOf(s); e != nil {
			for i, c := range e.Catch {
				if !to(diag.Pointer("/Catch").Index(i).Child("Next"), c.Next) {
					return
				}
			}
		}
		if t := TransitionOf(s); t != nil {
			to("/Next", t.Next)
		}
	}
}

// Successors are the names of the states that s can lead to, as Targets gives them, without their places.
func Successors(s State) iter.Seq[string] {
	return func(yield func(string) bool) {
		to := func(name string) bool { return name == "" || yield(name) }
		if c, ok := s.(*Choice); ok {
			for _, r := range c.Choices {
				if !to(r.Next) {
					return
				}
			}
			to(c.Default)
			return
		}
		if e := ErrorsOf(s); e != nil {
			for _, c := range e.Catch {
				if !to(c.Next) {
					return
				}
			}
		}
		if t := TransitionOf(s); t != nil {
			to(t.Next)
		}
	}
}

// Ends tells whether the branch can end in s: it succeeds, fails, or has End true.
func Ends(s State) bool {
	switch s.(type) {
	case *Succeed, *Fail:
		return true
	}
	t := TransitionOf(s)
	return t != nil && t.Ends()
}

// Reachable are the names of the states of b that some path from StartAt leads to. Names that no state has are
// left out.
func (b *Branch) Reachable() map[string]bool {
	seen := make(map[string]bool, b.States.Len())
	todo := []string{b.StartAt}
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		s := b.States.Get(name)
		if s == nil || seen[name] {
			continue
		}
		seen[name] = true
		for next := range Successors(s) {
			todo = append(todo, next)
		}
	}
	return seen
}
