// Package jsonata is JSONata 2.0.6, the language of queries and transformations of JSON, in Go: it reads an expression,
// tells what it mentions, and works it out on values, as the reference implementation (jsonata.js 2.0.6) does, with
// its error codes and positions.
//
//	e, err := jsonata.Compile("Account.Order.Product.(Price * Quantity) ~> $sum()")
//	total, err := e.Evaluate(ctx, jsonata.Env{Input: document})
//
// A compiled expression is immutable and can be evaluated by any number of goroutines at once. What an evaluation may
// use of the world is in its [Env]: the input, variables, functions of the caller's own, the time, randomness. How much
// it may use is bounded by [Limits] and by its context; a bound that is reached is an [Error] with a code of its own.
//
// # Step Functions
//
// With the option [StepFunctions] the language is that of AWS Step Functions: without $eval, with $partition, $range,
// $hash, $random, $uuid and $parse. A [Template] is a JSON value whose strings may be {% expressions %}, as in the
// fields Arguments, Output and Assign of a state.
//
// # Where it differs from the reference
//
//   - Numbers that are not computed with keep their literal, so that 1.0 stays 1.0 and integers beyond 2^53 pass
//     through unchanged, also through the transform operator.
//   - Members of objects keep their order; JavaScript puts names that are whole numbers first.
//   - A transform that would put an object into itself is an error.
//   - An expression that the reference answers with an exception of JavaScript, without a code, is answered with what
//     comes closest.
package jsonata
