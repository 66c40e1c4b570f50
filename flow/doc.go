// Package flow writes AWS Step Functions workflows as typed Go functions.
//
// This page teaches the language in twenty minutes. docs/flow.md of the module is the whole manual, with each construct
// beside the Amazon States Language (ASL) that it becomes.
//
// # A workflow
//
// A workflow is a package variable that holds a function. The function does not do the work. It runs once, while the
// workflow is built, and records states from top to bottom; the states are what AWS runs.
//
//	// Refund pays an order back.
//	var Refund = flow.Standard("Refund", refund)
//
//	func refund(f *flow.Flow, order *Order) *Receipt {
//		charge := flow.Task(f, "Find charge", FindCharge, order)
//		flow.Choice(f, "Still refundable?").
//			When(flow.Below(&charge.AgeDays, 90), flow.Continue).
//			Otherwise(func() {
//				flow.Fail(f, "Too late", "TooLate", "charge ", &charge.ID, " is too old")
//			})
//		flow.Wait(f, "Sleep on it", 24*time.Hour)
//		return flow.Task(f, "Pay back", PayBack, charge, flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 3}))
//	}
//
// FindCharge is a handler: a top-level func(context.Context, In) (Out, error), which runs in AWS Lambda. Next and End are
// never written: a step goes on with the next line, and what the function returns is the output.
//
// # Every value is a pointer
//
// A pointer to a field of a value stands for the content that the field will have when the workflow runs:
// &charge.AgeDays becomes $findCharge.ageDays. The structs are those that handlers take and return, and the Go
// compiler checks every use. A pointer into no value of the workflow is a constant: new("JPEG"), new(60.0),
// &Tariff{Price: 4.9}. What is computed, such as Text(f, "order ", &order.ID), is a pointer again. A field that is a
// pointer itself is used as it is: order.Note.
//
// Refer, do not read: if charge.AgeDays < 90 would run now, when there is no charge yet. The analyser (stepwright check,
// flowvet) finds every such place; the build runs the function a second time with other values and names what was read.
//
// # Steps, values, conditions
//
// A step makes a state and has the form package.Verb(f, "State name", what, options…): [Task], [Do], [Choice], [Choose],
// [Parallel], [Try], [Each], [Batch], [Wait], [Assign], [Fail], [Return], [Poll], and those of the integration packages
// below this one. State names are prose, unique in the workflow, at most 80 characters. A value has the form
// flow.Verb(f, operands…) and makes no state: [Text], [Add], [Map], [If]. A condition has the form
// flow.Verb(operand, limit): [Is], [Above], [Exists].
//
// Options say more about a step. Each fits only where it makes sense, or it does not compile; name those that are used
// often.
//
//	never := flow.Backoff{}
//	patiently := flow.Backoff{Attempts: 5, First: 2 * time.Second, Rate: 2, Max: time.Minute, Jitter: true}
//	return flow.Task(f, "Pay", Pay, o, flow.Retry(flow.Raised[*Refused](), never), flow.Retry(flow.TaskFailed, patiently), flow.Retry(flow.AnyError, flow.Backoff{Attempts: 1}))
//
// The error of a handler is named by its Go type, with [Raised]; [AnyError], [TaskFailed] and [TimedOut] are the
// language's own; integration packages export theirs.
//
// # Ways that part and join
//
// An arm of a [Choice] that does not end goes on with the line below the Choice. [Choose] is a Choice that gives a value:
// every arm returns one, or ends and returns nil.
//
//	return flow.Choose[Receipt](f, "How?").
//		When(flow.True(&o.Gift), func() *Receipt { return &Receipt{OrderID: "gift"} }).
//		When(flow.Is(&o.ID, ""), func() *Receipt { flow.Fail(f, "Nameless", "Nameless"); return nil }).
//		Otherwise(func() *Receipt { return flow.Task(f, "Pay", Pay, o) })
//
// [Catch] is an option that handles an error; what goes on after it has no result of the step. [Rescue], written right
// below a step, gives another result. A [Tail] is an end that many ways share.
//
//	mark := flow.TaskAwait(f, "Send the proof", SendProof, func(token *run.Token[Mark]) *Proof {
//		p := &Proof{}
//		return flow.Fill(f, p, flow.Set(&p.Photo, &photo.ID), flow.Set(&p.Token, token))
//	}, flow.Timeout(48*time.Hour), flow.Heartbeat(12*time.Hour))
//	flow.Rescue(f, mark, flow.TimedOut, func(*flow.Caught) *Mark { return &Mark{By: "nobody"} })
//	return mark
//
// That step waits, for up to a year, until somebody answers its token: see [TaskAwait], [Await], and the functions of
// integration packages that end in Await.
//
// # Variables and loops
//
// The result of a step is a variable by itself. [Let] keeps a computed value, [Var] declares a variable that [Assign] sets.
// [While], [Until] and [Poll] turn.
//
//	return flow.Poll(f, "Paid?", flow.Pace{First: time.Second, Max: time.Minute, Rate: 2, Times: 20},
//		func() *Status { return flow.Task(f, "How is it?", HowIsIt, &o.ID) },
//		func(s *Status) flow.Condition { return flow.Is(&s.State, "PAID") },
//		func() { flow.Fail(f, "Never paid", "NeverPaid") })
//
// # Several at once, and many
//
// [Parallel] with [Branch] does several things side by side, [Try] several steps as one. [Each] does the same for every
// item of a list, up to 40 at a time, inside the execution. [Batch] gives every item an execution of its own, thousands
// at a time, and takes the items from a list or from files and listings of Amazon S3: [CSV], [JSONFile], [JSONLines],
// [Parquet], [Listing], [Inventory], [AthenaManifest], [AllFiles]; [InBatches] makes lists of them. What the function
// given to Batch uses from outside is carried to every item by the builder.
//
//	return flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
//		return flow.Task(f, "Call", Call, flow.Text(f, flow.Index(f), ": ", target))
//	}, flow.Concurrency(10))
//
// # Scope is scope
//
// Branch, Try, Each and Batch hand a flow of their own to their function: call it f again. What it makes is visible
// outside only through what it returns. Arms of a Choice, handlers of errors and Tails belong to the flow around them; a
// value that one of them sets is used after it only if all other ways set it too.
//
// # Literals
//
// A Go literal is a constant, and [Fill] puts references into it. Pointer fields, such as those of the requests of AWS
// services, take a reference as it is.
//
//	q := &Question{Kind: "moderation"}
//	return flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID), flow.Set(&q.Total, &o.Amount))
//
// # Absence
//
// What encoding/json may leave out (omitempty, omitzero, pointers, maps, any) may be absent. It flows into members
// that may be left out themselves, and vanishes there. Elsewhere the build warns: use [OrElse], or ask with [Exists].
//
// # Services
//
// Tables, queues, topics and the like are declared beside the workflow, typed by what they hold, and are ${Name} in the
// document, which a stack binds. Packages dynamodb, sqs, sns, events, s3, states (other workflows and activities), lambda,
// web (HTTP), rekognition, mediaconvert, ecs, batch, glue, sagemaker and bedrock have typed functions; package awssdk calls
// everything else.
//
//	dynamodb.Update(f, "Raise", receipts, &o.ID, func(r *Receipt) []dynamodb.Change {
//		return []dynamodb.Change{dynamodb.AddTo(&r.Total, &o.Amount), dynamodb.Remove(&r.Note), dynamodb.WhenExists(&r.OrderID)}
//	})
//
// # Composition
//
// A Go function that takes f is a fragment; [Named] lets it be used twice. A [Saga] undoes what was done when a later step
// fails. [JSONata] is the hatch to any expression, [Raw] to any state. [Standard] workflows run for up to a year, exactly
// once; [Express] ones for five minutes, at least once, and cannot wait for jobs and answers.
//
// # Building, running, testing
//
// Build gives the document and all diagnostics, each with the file and line of the author's call. Errors are
// collected; nothing panics. The command stepwright finds workflows by package and name and does it for you (asl, check,
// graph), and runs them here in virtual time (run); package flowtest does so in tests.
//
// # Integration packages
//
// [Do], [Await], [Call], [Computed], [Lazy], [Ctx], [Expr], [Row], [Argument] and [Members] are for those who write one.
package flow
