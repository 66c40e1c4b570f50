// Package subject evaluates expressions with package jsonata for the tests that compare it with the reference: what
// they say of an outcome is said here in one way.
package subject

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// A Case is an expression with its input, absent for none, and variables.
type Case struct {
	Expr  string
	Input value.Value
	Vars  map[string]value.Value

	// Time and Depth bound the evaluation; zero leaves the bound that package jsonata has.
	Time  time.Duration
	Depth int
}

// An Outcome is a value, absent for nothing, or an error's code, message and token.
type Outcome struct {
	Value                value.Value
	Code, Message, Token string
	Position             int
}

// Failed tells whether the outcome is an error.
func (o Outcome) Failed() bool { return o.Code != "" || o.Message != "" }

func (o Outcome) String() string {
	switch {
	case o.Failed():
		return "error " + o.Code + ": " + o.Message
	case !o.Value.Exists():
		return "nothing"
	}
	return o.Value.String()
}

// Evaluate gives the outcome of a case. A panic is an outcome with the code "panic".
func Evaluate(ctx context.Context, c Case) (out Outcome) {
	defer func() {
		if r := recover(); r != nil {
			out = Outcome{Code: "panic", Message: fmt.Sprint(r)}
		}
	}()
	if c.Time > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, c.Time)
		defer stop()
	}
	e, err := jsonata.Compile(c.Expr)
	if err != nil {
		return failed(err)
	}
	v, err := e.Evaluate(ctx, jsonata.Env{
		Input:  c.Input,
		Var:    func(name string) value.Value { return c.Vars[name] },
		Random: random(),
		Now:    time.Date(2026, 3, 14, 15, 9, 26, 535e6, time.UTC),
		Limits: jsonata.Limits{Depth: c.Depth},
	})
	if err != nil {
		return failed(err)
	}
	return Outcome{Value: v}
}

func failed(err error) Outcome {
	var e *jsonata.Error
	if !errors.As(err, &e) {
		return Outcome{Code: "other", Message: err.Error()}
	}
	return Outcome{Code: e.Code, Message: e.Message, Token: e.Token, Position: e.Position}
}

// random gives the same numbers in every evaluation: those of a linear congruential generator.
func random() func() uint64 {
	x := uint64(1)
	return func() uint64 {
		x = x*6364136223846793005 + 1442695040888963407
		return x
	}
}

// Equal tells whether two results are the same: numbers by their amount, members of objects in any order, and items
// of arrays in any order if unordered.
func Equal(a, b value.Value, unordered bool) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case value.NumberKind:
		return a.Float() == b.Float()
	case value.ArrayKind:
		return equalItems(a, b, unordered)
	case value.ObjectKind:
		if a.Len() != b.Len() {
			return false
		}
		for name, x := range a.Members() {
			if y := b.Get(name); !y.Exists() || !Equal(x, y, false) {
				return false
			}
		}
		return true
	}
	return value.Equal(a, b)
}

func equalItems(a, b value.Value, unordered bool) bool {
	if a.Len() != b.Len() {
		return false
	}
	taken := make([]bool, b.Len())
	for i, x := range a.Elements() {
		if !unordered {
			if !Equal(x, b.Index(i), false) {
				return false
			}
			continue
		}
		found := false
		for j, y := range b.Elements() {
			if !taken[j] && Equal(x, y, false) {
				taken[j], found = true, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}
