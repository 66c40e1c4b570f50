// Package integration is the table of what a Task state may call: the optimized
// integrations, the AWS SDK integrations and the Map state's S3 readers and writers.
//
// A Task names its service in one string, the Resource. [Parse] takes it apart,
// [Find] and [SDKService] look it up, [Check] says what is wrong with it and what
// was probably meant. The tables are plain Go data, generated from
// specs/integrations.json; nothing is read or built when the program starts.
//
// Pointers into the tables are shared: read them, never write through them.
package integration

import (
	"cmp"
	"iter"
	"slices"
)

//go:generate go run ./internal/gen -in ../../shared/specs/integrations.json

// An Integration is one optimized action of a service, such as dynamodb:updateItem,
// or the HTTP Task.
type Integration struct {
	Title   string // the service's name for people: "DynamoDB"
	Service string // as in the ARN: "dynamodb"
	Action  string // as in the ARN: "updateItem"

	// Patterns are the ways to call it, in the order request-response, run a job, callback.
	Patterns []Pattern

	Parameters []Parameter

	// Results are the top-level fields of a request-response result; empty if the
	// table does not know them.
	Results []string

	// RunJobResult says in words what the result of a .sync call looks like.
	RunJobResult string

	// ErrorPrefix stands before the dot in the service's error names; empty if unknown.
	ErrorPrefix string

	Model  string      // the API behind it: "dynamodb:UpdateItem"; empty for what has no API model
	Base   []Statement // what the execution role needs for every pattern
	RunJob []Statement // what it needs besides for .sync and .sync:2
	Notes  string
}

// A Parameter is one top-level argument of an integration.
type Parameter struct {
	Name     string // PascalCase, as written in Parameters and Arguments
	Type     string // string, integer, number, boolean, enum, object, json, array<…>, map<…>, …
	Required bool

	// Sensitive fields may hold personal data and are kept out of logs.
	Sensitive bool

	// Enum are the allowed values; empty if there are none or too many to list.
	Enum []string

	// Default is what the service assumes, as JSON text; empty if it says nothing.
	Default string
	Note    string
}

// A Statement is something a role must be allowed to do. Resources are ARN templates:
// ${Partition}, ${Region} and ${Account} are filled in on deployment, every other
// ${X} names the argument that supplies the value.
type Statement struct {
	Actions   []string
	Resources []string
	Condition []Condition
}

// A Condition narrows a [Statement]: Operator applied to the context key Key.
type Condition struct {
	Operator string // StringEquals, StringLike, …
	Key      string // iam:PassedToService, …
	Values   []string
}

// Supports reports whether the integration can be called with pattern p.
func (i *Integration) Supports(p Pattern) bool { return slices.Contains(i.Patterns, p) }

// Parameter returns the argument called name, or nil.
func (i *Integration) Parameter(name string) *Parameter {
	for n := range i.Parameters {
		if i.Parameters[n].Name == name {
			return &i.Parameters[n]
		}
	}
	return nil
}

// Statements are what the execution role needs for a call with pattern p.
func (i *Integration) Statements(p Pattern) []Statement {
	if p != RunJob && p != RunJob2 {
		return i.Base
	}
	return slices.Concat(i.Base, i.RunJob)
}

// Find returns the optimized integration that ref names, the HTTP Task included. The
// pattern is not looked at: use [Integration.Supports] or [Check].
func Find(ref Ref) (*Integration, bool) {
	if ref.Form != Optimized && ref.Form != HTTP {
		return nil, false
	}
	n, found := slices.BinarySearchFunc(optimized[:], ref, func(i Integration, r Ref) int {
		return cmp.Or(cmp.Compare(i.Service, r.Service), cmp.Compare(i.Action, r.Action))
	})
	if !found {
		return nil, false
	}
	return &optimized[n], true
}

// All yields every optimized integration, ordered by service and action.
func All() iter.Seq[*Integration] {
	return func(yield func(*Integration) bool) {
		for n := range optimized {
			if !yield(&optimized[n]) {
				return
			}
		}
	}
}

// Actions are the optimized actions of the service called name in ARNs, in order.
func Actions(name string) []string {
	var actions []string
	for i := range All() {
		if i.Service == name {
			actions = append(actions, i.Action)
		}
	}
	return actions
}
