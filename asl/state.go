package asl

import (
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A Kind is the Type of a state.
type Kind string

// The eight kinds of states.
const (
	KindTask     Kind = "Task"
	KindParallel Kind = "Parallel"
	KindMap      Kind = "Map"
	KindPass     Kind = "Pass"
	KindWait     Kind = "Wait"
	KindChoice   Kind = "Choice"
	KindSucceed  Kind = "Succeed"
	KindFail     Kind = "Fail"
)

// Kinds are the kinds of states in the specification's order.
func Kinds() []Kind {
	return []Kind{KindTask, KindParallel, KindMap, KindPass, KindWait, KindChoice, KindSucceed, KindFail}
}

// A State is one box of the machine: *Task, *Parallel, *Map, *Pass, *Wait, *Choice, *Succeed or *Fail.
type State interface {
	kind() Kind
	common() *Common
}

// KindOf is the Type of s.
func KindOf(s State) Kind { return s.kind() }

// CommonOf gives the fields that all kinds have.
func CommonOf(s State) *Common { return s.common() }

// Common are the fields that all kinds of states have.
type Common struct {
	Comment       *string
	QueryLanguage QueryLanguage // empty: the machine's
	Pos           diag.Position // where the state was written, if known
}

func (c *Common) common() *Common { return c }

// Transition says where to go after a state: Next, or End. Exactly one is required; End false counts as none.
type Transition struct {
	Next string
	End  *bool
}

// Ends tells whether the state ends its branch.
func (t Transition) Ends() bool { return t.End != nil && *t.End }

// Paths are the JSONPath filters of input and output: a path, null, or absent for "$".
type Paths struct {
	InputPath  value.Value
	OutputPath value.Value
}

// Results are the JSONPath fields that shape and place a result: ResultSelector is a payload template, ResultPath a
// reference path, null, or absent for "$".
type Results struct {
	ResultSelector value.Value
	ResultPath     value.Value
}

// Errors are what a state does when its work fails. A nil list is an absent field, an empty one is written as [].
type Errors struct {
	Retry []Retrier
	Catch []Catcher
}

// A Retrier says which errors of a state are tried again, and how patiently (section "Retry" of the language).
// Its number fields left nil have the service's defaults: 1 second, 3 attempts, rate 2.
type Retrier struct {
	Comment         *string
	ErrorEquals     []string // required; "States.ALL" must stand alone and last
	IntervalSeconds *int
	MaxAttempts     *int // zero means never
	BackoffRate     *float64
	MaxDelaySeconds *int
	JitterStrategy  string // "FULL", "NONE", or empty for NONE
	Pos             diag.Position
}

// A Catcher says which errors of a state lead on, and where to.
type Catcher struct {
	Comment     *string
	ErrorEquals []string // required; "States.ALL" must stand alone and last
	Next        string   // required
	ResultPath  value.Value
	Output      value.Value
	Assign      value.Value
	Pos         diag.Position
}

// A Task does one piece of work: a call of a service, a function, or an activity.
type Task struct {
	Common
	Transition
	Paths
	Results
	Errors
	Resource             string // required, an ARN
	Parameters           value.Value
	Arguments            value.Value
	Credentials          value.Value
	TimeoutSeconds       value.Value // a number, or an expression in JSONata
	TimeoutSecondsPath   *string
	HeartbeatSeconds     value.Value
	HeartbeatSecondsPath *string
	Assign               value.Value
	Output               value.Value
}

// A Parallel runs branches side by side; its result is the list of their outputs.
type Parallel struct {
	Common
	Transition
	Paths
	Results
	Errors
	Branches   []*Branch // required, at least one
	Parameters value.Value
	Arguments  value.Value
	Assign     value.Value
	Output     value.Value
}

// A Map runs its processor once per item; its result is the list of their outputs.
type Map struct {
	Common
	Transition
	Paths
	Results
	Errors
	ItemProcessor                  *ItemProcessor // required
	Iterator                       *ItemProcessor // the deprecated name of ItemProcessor
	Parameters                     value.Value    // the deprecated name of ItemSelector
	ItemsPath                      *string
	Items                          value.Value
	ItemSelector                   value.Value
	ItemReader                     *ItemReader
	ItemBatcher                    *ItemBatcher
	ResultWriter                   *ResultWriter
	MaxConcurrency                 value.Value
	MaxConcurrencyPath             *string
	ToleratedFailureCount          value.Value
	ToleratedFailureCountPath      *string
	ToleratedFailurePercentage     value.Value
	ToleratedFailurePercentagePath *string
	Label                          *string
	Assign                         value.Value
	Output                         value.Value
}

// Processor is what the Map runs: ItemProcessor, or Iterator in old definitions; nil when there is neither.
func (m *Map) Processor() *ItemProcessor {
	if m.ItemProcessor != nil {
		return m.ItemProcessor
	}
	return m.Iterator
}

// Distributed tells whether the Map runs its iterations as executions of their own.
func (m *Map) Distributed() bool {
	p := m.Processor()
	return p != nil && p.ProcessorConfig != nil && p.ProcessorConfig.Mode == "DISTRIBUTED"
}

// An ItemReader reads a distributed Map's items from S3.
type ItemReader struct {
	Resource     string
	Parameters   value.Value
	Arguments    value.Value
	ReaderConfig value.Value // an object; its fields are in section 12.3 of the reference
}

// An ItemBatcher hands items of a distributed Map out in batches.
type ItemBatcher struct {
	MaxItemsPerBatch          value.Value
	MaxItemsPerBatchPath      *string
	MaxInputBytesPerBatch     value.Value
	MaxInputBytesPerBatchPath *string
	BatchInput                value.Value
}

// A ResultWriter writes a distributed Map's results to S3, or shapes them.
type ResultWriter struct {
	Resource     string
	Parameters   value.Value
	Arguments    value.Value
	WriterConfig value.Value // an object: Transformation, OutputType
}

// A Pass hands its input on, or a result of its own.
type Pass struct {
	Common
	Transition
	Paths
	Parameters value.Value
	Result     value.Value
	ResultPath value.Value
	Assign     value.Value
	Output     value.Value
}

// A Wait lets time pass. Exactly one of Seconds, SecondsPath, Timestamp and TimestampPath is required.
type Wait struct {
	Common
	Transition
	Paths
	Seconds       value.Value
	SecondsPath   *string
	Timestamp     value.Value
	TimestampPath *string
	Assign        value.Value
	Output        value.Value
}

// A Choice takes the first of its rules that holds, else Default.
type Choice struct {
	Common
	Paths
	Choices []*Rule // required, at least one
	Default string
	Assign  value.Value // for Default only: a rule has its own
	Output  value.Value // for Default only
}

// A Rule is one rule of a Choice: a Condition in JSONata; in JSONPath one of And, Or and Not, or a Variable with
// an Operator and its Operand.
type Rule struct {
	Comment   *string
	Next      string // required at the top, forbidden in nested rules
	Condition value.Value
	And, Or   *Rules
	Not       *Rule
	Variable  *string
	Operator  string // such as "NumericEquals" or "StringLessThanPath"
	Operand   value.Value
	Assign    value.Value
	Output    value.Value
	Pos       diag.Position
}

// Rules are nested rules. The service also takes one rule instead of a list: then Single is true.
type Rules struct {
	List   []*Rule
	Single bool
}

// A Succeed ends its branch with success.
type Succeed struct {
	Common
	Paths
	Output value.Value
}

// A Fail ends its branch with an error.
type Fail struct {
	Common
	Error     value.Value // a string, or an expression in JSONata
	ErrorPath *string
	Cause     value.Value
	CausePath *string
}

func (*Task) kind() Kind     { return KindTask }
func (*Parallel) kind() Kind { return KindParallel }
func (*Map) kind() Kind      { return KindMap }
func (*Pass) kind() Kind     { return KindPass }
func (*Wait) kind() Kind     { return KindWait }
func (*Choice) kind() Kind   { return KindChoice }
func (*Succeed) kind() Kind  { return KindSucceed }
func (*Fail) kind() Kind     { return KindFail }
