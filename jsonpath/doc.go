// Package jsonpath is the expression language of JSONPath states: paths, reference paths, payload templates, and the
// calls of intrinsic functions, as AWS Step Functions has them.
//
//	path, err := jsonpath.Compile("$.orders[?(@.total >= 100)].id")
//	ids, err := path.Eval(&jsonpath.Env{Input: input})
//
// Everything is compiled once and may then be used by any number of goroutines. What an evaluation may ask of the world
// is in its [Env]: the input, the context object, variables and random bits.
//
// # The dialect
//
// It is not that of RFC 9535. The service has an early Jayway JsonPath (2.0.0) with restrictions of its own:
//
//	$  $$  $rate                 the input, the context object, a variable
//	.name  ['a b']  .['a b']     a member; only single quotes are quotes
//	[0]                          an item; a negative index leads nowhere
//	['a','b']                    an object of those members that there are; at the end of a path
//	.*  [*]                      all members, all items
//	[0,2]  [1:3]  [1:]  [-2:]    items; the end of a slice is not part of it, and a third number has no effect
//	..name  ..[0]  ..*           the same, at every depth
//	[?(@.a)]  [?(!@.a)]          items, or the object itself, that have a member or have none
//	[?(@.a > 1 && @.b == 'x')]   == != < <= > >= with a literal on the right; && || ! and parentheses
//	[(@.length-1)]               counted from the end
//
// A path of members and single items is definite: it names one place, and its value is what is there. Any other path gives
// an array, which is empty when nothing was found; of what a wildcard, a slice, a list or a filter selects, that is left out
// in which the rest of the path leads nowhere.
//
// In a filter, @ is followed by a name. What is not there is not even unequal. Numbers compare with text that reads as a
// number. There are no regular expressions, no comparisons with another path, and no functions: .length() is a name that is
// not found.
//
// # What fails
//
// A definite path that leads to nothing is a [PathError]: its Reason is in the library's words, and the sentence around it
// depends on the field ([PathError.Error], [PathError.In]). Calls fail with an [Error]. Both are States.Runtime, which no
// retrier and no catcher sees. A result that has no place in the input is States.ReferencePathConflict. A path of the
// input cannot be applied to a null input.
//
// Text that cannot be read is a [SyntaxError] with the place, or the [TemplateError] of a template's member; the service
// refuses it when a state machine is created. What the library reads by accident is refused here as well: blanks around a
// path, quotes in a name without brackets, [1.0]. An evaluation that takes too much work, as $..*..*..* may, is an [Error].
//
// # Reference paths
//
// A [Reference] points at one place, be it there or not: ResultPath puts a result there. Missing objects on the way are
// made; anything else on the way that is no object, and an index beyond an array's end, is a conflict.
//
// # Templates and calls
//
// In a [Template] members whose name ends in ".$" take what an [Expr] gives: a path, or a call such as
// States.Format('{} of {}', $.n, States.ArrayLength($.all)). Texts stand in single quotes, in which \', \{, \} and \\ are the
// only escapes; paths may have filters; calls are nested ten deep at most. docs/intrinsics.md is the manual of the functions.
package jsonpath
