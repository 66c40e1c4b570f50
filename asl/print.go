package asl

import "github.com/stepwright/stepwright/value"

// Print gives the canonical text of m: its members in a fixed order, its states in theirs, two blanks per level, a
// newline at the end. It is the inverse of Parse.
func Print(m *Machine) []byte { return indented(Value(m)) }

// PrintState gives the canonical text of a single state.
func PrintState(s State) []byte { return indented(StateValue(s)) }

// Value is m as a JSON value, with its members in the order of Print.
func Value(m *Machine) value.Value { return language.machine.value(m) }

// StateValue is s as a JSON value, with its members in the order of Print.
func StateValue(s State) value.Value { return language.value(s) }

// indented is v over several lines.
func indented(v value.Value) []byte { return append(v.AppendIndent(nil), '\n') }
