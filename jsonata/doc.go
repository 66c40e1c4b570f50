// Package jsonata is JSONata 2.0.6, the language of queries and transformations of JSON, in Go: it reads an expression,
// tells what it mentions, and works it out, as the reference implementation (jsonata.js 2.0.6) does, with its results,
// error codes and positions. It is the expression language of AWS Step Functions, and can be used for itself, with
// package value, which holds the JSON.
//
//	e, err := jsonata.Compile("Account.Order.Product.(Price * Quantity) ~> $sum()")
//	total, err := e.Eval(ctx, document, nil)
//
// # Compiling and evaluating
//
// [Compile] reads an expression and prepares it. The [Expression] is immutable: it can be kept for as long as it is
// wanted, and be evaluated by any number of goroutines at once. Compiling costs some microseconds, evaluating a path
// less than one; compile once.
//
// [Expression.Eval] evaluates with an input and variables. [Expression.Evaluate] takes an [Env], which is all of the
// world that an expression can see: besides the input ("$" and bare names) a function that gives variables by name
// ($name), functions of the caller's own, the time that $now tells, and randomness. There is no clock and no randomness
// behind it, so that the same Env gives the same result. Different evaluations can have different variables and
// functions at the same time; nothing of them is shared.
//
// The result is a [value.Value]. JSONata's undefined, which a path gives that leads nowhere, is the absent value:
//
//	v, err := e.Evaluate(ctx, env)
//	switch {
//	case err != nil: // an *Error
//	case !v.Exists(): // undefined
//	}
//
// A function of the caller's own, [Function], has a signature as behind the parameters of a lambda, "<s-n?:s>". What it
// returns as an error ends the evaluation.
//
// # Bounds
//
// An expression is a program, and may run for ever. Every evaluation is bounded: in steps, in calls within each other,
// in bytes that it makes, in the size of its result ([Limits], which have defaults), and by its context, which ends it
// when it is cancelled or its deadline passes. A regular expression takes at most a second. The source may have one
// MiB and be nested 1,000 levels deep. Whatever ends an evaluation is an [Error] with a code of its own that names the
// bound, the number and the place:
//
//	U1001  calls or values nested too deep, a regular expression that does not end, or the context's deadline
//	U1002  too many steps
//	U1003  too many bytes
//	U1004  the context was cancelled
//	U1005  the result is a function, which is no JSON
//	U1006  a transform that would put an object into itself
//
// Calls in tail position do not count as nested, so that a loop that is written as a recursion runs in constant space.
//
// # Errors
//
// All errors are of type *[Error]. Its Code is the reference's: S… for what cannot be read, T… for a wrong type, D… for
// a wrong value; the message is the reference's as well. Position counts as the reference does, in UTF-16 units up to
// the end of the token; Offset is the same place in bytes.
//
// # Reading expressions
//
// [Parse] gives the syntax tree of an expression, and [Expression.AST] that of a compiled one: the reference's tree,
// with the steps of paths gathered. Each [Node] knows its place in the source; [Walk] visits them all.
// What is asked most often about an expression has an answer ready:
//
//   - [Expression.Free]: the variables that it takes from outside.
//   - [Expression.Paths]: which members of the input and of variables it reads.
//   - [Expression.Constant]: whether it always gives the same, and what.
//   - [Expression.Outside]: whether it refers to an input where Step Functions has none.
//   - [Expression.Variables], [Expression.Members]: all names that it mentions, and what is read of one.
//
// Parts that are constant are worked out when an expression is compiled: "n > 60 * 60 * 24" multiplies nothing.
//
// # Step Functions
//
// With the option [StepFunctions] the language is that of AWS Step Functions: without $eval, with $partition, $range,
// $hash, $random with a seed, $uuid and $parse, and with the service's bounds. $states can be given member by member
// (Env.States), so that only what an expression reads has to be made.
//
// A [Template] is a JSON value whose strings may be {% expressions %}, as in the fields Arguments, Output and Assign of
// a state. Each of its expressions must give something; a [QueryError] says which one did not, in the service's words.
//
// # Values
//
// Numbers are JavaScript's: 64 bits of floating point, and $string shows 15 digits. But a number that is not computed
// with keeps its literal, so that 1.0 stays 1.0 and integers beyond 2^53 pass through unchanged, also through the
// transform operator. Texts are measured and cut as the reference does it, in characters for $length and $substring and
// in UTF-16 units for regular expressions; half of a character, which JSON cannot have, becomes U+FFFD in a result.
// Objects that came in keep the order of their members; where an expression walks over members, names that are whole
// numbers come first, as in JavaScript.
//
// Regular expressions are ECMAScript's. Those that mean the same in Go's package regexp are matched by it, in time that
// grows with the text; for the others, with lookaheads and references back, there is an engine with a time limit.
//
// # Where it differs from the reference
//
//   - Of several errors in the items of one array, or in the values of one object, the first is told. The reference
//     evaluates them at once and tells the one that comes up after the fewest promises.
//   - A transform that would put an object into itself is an error.
//   - What the reference answers with an exception of JavaScript, without a code, is answered with what comes closest.
//   - A result that is a function, a number that is not finite, or has one inside, is an error: it is no JSON.
//
// docs/jsonata.md tells how the two are compared, and how far they agree.
package jsonata
