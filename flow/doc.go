// Package flow writes AWS Step Functions workflows as typed Go functions.
//
// A workflow is a package variable that holds a function. The function runs once, while the workflow is built, and
// records states from top to bottom:
//
//	// Refund pays an order back and tells the customer.
//	var Refund = flow.Standard("Refund", refund)
//
//	func refund(f *flow.Flow, order *orders.Order) *orders.Receipt {
//		charge := flow.Task(f, "Find charge", payments.FindCharge, order)
//		flow.Choice(f, "Still refundable?").
//			When(flow.Below(&charge.AgeDays, 90), flow.Continue).
//			Otherwise(func() {
//				flow.Fail(f, "Too late", "TooLate", "charge ", &charge.ID, " is too old")
//			})
//		return flow.Task(f, "Pay back", payments.Refund, charge)
//	}
//
// # Every value is a pointer
//
// A pointer to a field of a value stands for the content that the field will have when the workflow runs:
// &charge.AgeDays becomes $findCharge.ageDays. The structs are those that handlers take and return, and the Go
// compiler checks every use. A pointer into no value of the workflow is a constant: new("JPEG"), &Tariff{Price: 4.9}.
// What is computed, such as Text(f, "order ", &order.ID), is a pointer again.
//
// Refer, do not read: if charge.AgeDays < 90 would run now, when there is no charge yet. The build runs the function
// a second time with other values and names what was read.
//
// # Steps, values, conditions
//
// A step has the form package.Verb(f, "State name", what, options…): Task, Do, Choice, Choose, Parallel, Wait, Assign,
// Fail, Return, and those of the integration packages below this one. A value has the form flow.Verb(f, operands…) and
// makes no state. A condition has the form flow.Verb(operand, limit). Next and End are never written.
//
// # Loops, fragments, compensation
//
// While, Until and Poll turn: what changes from turn to turn is a Var, assigned anew with Assign. Try does several steps
// as one, so that they are retried or rescued together. A fragment is a Go function that takes f; Named keeps the names
// of its states apart where it is used twice. A Tail is an end that many ways share, and a Saga undoes, last first, what
// was done before a step failed. Raw writes a state that there are no words for.
//
// A computed value is a recipe, worked out where it is used. One that is made before a loop and used inside must not
// depend on a variable that the loop assigns: keep it with Let, or make it inside. The condition of a loop is worked out
// at every turn.
//
// # Scope is scope
//
// What a Branch makes is visible inside its function, and outside only through what that returns. Arms of a Choice,
// handlers of errors and Tails belong to the flow around them; a value that one of them sets is used after it only if
// all other ways set it too: see Choose and Rescue.
//
// # Many items
//
// Each does the same for every item of a list, up to 40 at a time, inside the execution. Batch gives every item an
// execution of its own, thousands at a time, and takes the items from a list or from files and listings of Amazon S3:
// CSV, JSONFile, JSONLines, Parquet, Listing, Inventory, AthenaManifest, AllFiles; InBatches makes lists of them. What
// the function given to Batch uses from outside is carried to every item by the builder.
//
// # Absence
//
// What encoding/json may leave out (omitempty, omitzero, pointers, maps, any) may be absent. It flows into members
// that may be left out themselves, and vanishes there. Elsewhere the build warns: use OrElse, or ask with Exists.
//
// # Building
//
// Build gives the document and all diagnostics, each with the file and line of the author's call. Errors are
// collected; nothing panics.
package flow
