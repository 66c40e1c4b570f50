package asl_test

import (
	"fmt"
	"os"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/value"
)

const refund = `{"StartAt": "Pay", "States": {
  "Pay": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "pay", "Payload.$": "$.order"}, "Next": "Done"},
  "Done": {"Type": "Succeed"}}}`

func ExampleParse() {
	_, problems := asl.Parse([]byte(`{
  "StartAt": "Pay",
  "States": {
    "Pay": {"Type": "Task", "Resorce": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": "60", "End": true}
  }
}`), asl.File("refund.asl.json"))
	_ = problems.Write(os.Stdout)
	// Output:
	// refund.asl.json:4:12: state "Pay": a Task needs the field "Resource" [missing-field]
	//     at /States/Pay
	//     hint: name what it calls, such as "arn:aws:states:::lambda:invoke"
	// refund.asl.json:4:29: state "Pay": a Task has no field "Resorce" [unknown-field]
	//     at /States/Pay/Resorce
	//     hint: did you mean "Resource"?
	// refund.asl.json:4:92: state "Pay": field "TimeoutSeconds" is the string "60"; expected a whole number [wrong-type]
	//     at /States/Pay/TimeoutSeconds
	//     hint: write it without quotes: 60
}

func ExampleParseState() {
	s, problems := asl.ParseState([]byte(`{"Type": "Wait", "Seconds": 3, "Next": "Look again"}`))
	fmt.Println(asl.KindOf(s), s.(*asl.Wait).Seconds, s.(*asl.Wait).Next, len(problems))
	// Output: Wait 3 Look again 0
}

func ExamplePrint() {
	m := &asl.Machine{QueryLanguage: asl.JSONata}
	m.StartAt = "Greet"
	m.States.Add("Greet", &asl.Pass{
		Output:     value.String("{% 'Hello ' & $states.input.name %}"),
		Transition: asl.Transition{End: new(true)},
	})
	fmt.Printf("%s", asl.Print(m))
	// Output:
	// {
	//   "QueryLanguage": "JSONata",
	//   "StartAt": "Greet",
	//   "States": {
	//     "Greet": {
	//       "Type": "Pass",
	//       "Output": "{% 'Hello ' & $states.input.name %}",
	//       "End": true
	//     }
	//   }
	// }
}

func ExamplePrintState() {
	fmt.Printf("%s", asl.PrintState(&asl.Fail{Error: value.String("TooLate")}))
	// Output:
	// {
	//   "Type": "Fail",
	//   "Error": "TooLate"
	// }
}

func ExampleWalk() {
	m, _ := asl.Parse([]byte(refund))
	asl.Walk(m, func(v asl.Visit) {
		fmt.Println(v.Path, asl.KindOf(v.State))
		for at, next := range asl.Targets(v.State) {
			fmt.Println(" ", at, "leads to", next)
		}
		for at, e := range asl.Expressions(v.State, m.Language(v.State)) {
			fmt.Println(" ", at, "evaluates", e)
		}
	})
	// Output:
	// /States/Pay Task
	//   /Next leads to Done
	//   /Parameters/Payload.$ evaluates $.order
	// /States/Done Succeed
}

func ExampleMachine_Position() {
	m, _ := asl.Parse([]byte(refund), asl.File("refund.asl.json"))
	fmt.Println(m.Position("/States/Pay/Next"))
	// Output: refund.asl.json:2:144
}
