package video_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/workflows/examples/video"
)

// A row is one line of a state table of the specification (sections 6.1 to 6.6).
type row struct {
	state    string
	kind     string
	resource string
	next     string // where it goes on: for a Choice its rules' targets and then its default, each once
	retry    string // R-lambda or R-aws
	catch    string // "error → state" for each catcher; C-fail is States.ALL → Record Error with the state's own name
}

// A table is one machine's.
type table struct {
	w    flow.Workflow
	rows []row
	// otherwise are lines of the table that are no state here, and why.
	otherwise map[string]string
	// more are states that the table does not have, and why they are there.
	more map[string]string
}

const (
	putItem    = "dynamodb:putItem"
	getItem    = "dynamodb:getItem"
	updateItem = "dynamodb:updateItem"
	invoke     = "lambda:invoke"
	publish    = "sns:publish"
	start      = "states:startExecution"
	running    = "StepFunctions.ExecutionAlreadyExistsException"
	condition  = "DynamoDB.ConditionalCheckFailedException"
	onEdge     = "no Pass for the picture: what it would set is assigned on the way out of the Choice"
)

// tail are the lines that the main machines share.
var tail = []row{
	{"Record Error", "Task", updateItem, "Notify Error", "R-aws", "States.ALL → Failed"},
	{"Notify Error", "Task", publish, "Failed", "R-aws", "States.ALL → Failed"},
	{state: "Failed", kind: "Fail"},
}

// approval are the lines that Process and Publish share, but for what comes after a yes.
func approval(next string) []row {
	return []row{
		{"Request Approval", "Task", "sns:publish.waitForTaskToken", "Approval Decision", "R-aws", "States.Timeout → Mark Rejected; C-fail"},
		{"Approval Decision", "Choice", "", next + ", Mark Rejected", "", ""},
		{"Mark Rejected", "Task", updateItem, "Rejected", "R-aws", "C-fail"},
		{state: "Rejected", kind: "Succeed"},
	}
}

var tables = []table{
	{w: video.Ingest, rows: slices.Concat([]row{
		{"Identify Run", "Pass", "", "Input Validate", "", ""},
		{"Input Validate", "Task", invoke, "Claim Run", "R-lambda", "C-fail"},
		{"Claim Run", "Task", putItem, "MediaInfo", "R-aws", condition + " → Duplicate Event; C-fail"},
		{state: "Duplicate Event", kind: "Succeed"},
		{"MediaInfo", "Task", invoke, "DynamoDB Update (Ingest)", "R-lambda", "C-fail"},
		{"DynamoDB Update (Ingest)", "Task", updateItem, "SNS Choice (Ingest)", "R-aws", "C-fail"},
		{"SNS Choice (Ingest)", "Choice", "", "SNS Notification (Ingest), Process Execute", "", ""},
		{"SNS Notification (Ingest)", "Task", publish, "Process Execute", "R-aws", "States.ALL → Process Execute"},
		{"Process Execute", "Task", start, "Ingest Done", "R-aws", running + " → Ingest Done; C-fail"},
		{state: "Ingest Done", kind: "Succeed"},
	}, tail)},

	{w: video.Process, rows: slices.Concat([]row{
		{"Load Record", "Task", getItem, "Record Present", "R-aws", "C-fail"},
		{"Record Present", "Choice", "", "Record Error, Existing Job, Encoding Profile Check", "", ""},
		{"Existing Job", "Task", "aws-sdk:mediaconvert:getJob", "Existing Job State", "R-aws", "MediaConvert.NotFoundException → Encoding Profile Check; C-fail"},
		{"Existing Job State", "Choice", "", "Await Encode, Process Publish, Encoding Profile Check", "", ""},
		{"Encoding Profile Check", "Choice", "", "Accelerated Transcoding Check", "", ""},
		{"Accelerated Transcoding Check", "Choice", "", "Frame Capture Check, Record Error", "", ""},
		{"Frame Capture Check", "Choice", "", "Get Job Template", "", ""},
		{"Get Job Template", "Task", "aws-sdk:mediaconvert:getJobTemplate", "Build Job", "R-aws", "MediaConvert.NotFoundException → Record Error; C-fail"},
		{"Build Job", "Task", invoke, "Cost Guard", "R-lambda", "C-fail"},
		{"Cost Guard", "Choice", "", "Mark Pending, Record Error, Encode Job Submit", "", ""},
		{"Encode Job Submit", "Task", "mediaconvert:createJob", "DynamoDB Update (Process)", "R-aws", "C-fail"},
		{"DynamoDB Update (Process)", "Task", updateItem, "Await Encode", "R-aws", "C-fail"},
		{
			"Await Encode", "Task", "aws-sdk:dynamodb:updateItem.waitForTaskToken", "Process Publish", "R-aws",
			"States.Timeout → Check Job; EncodeError → Record Error; EncodeCanceled → Record Error; C-fail",
		},
		{"Check Job", "Task", "aws-sdk:mediaconvert:getJob", "Job Finished", "R-aws", "C-fail"},
		{"Job Finished", "Choice", "", "Process Publish, Record Error", "", ""},
		{"Process Publish", "Task", start, "Process Done", "R-aws", running + " → Process Done; C-fail"},
		{state: "Process Done", kind: "Succeed"},
	}, approval("Encode Job Submit"), tail), otherwise: map[string]string{
		"Custom jobTemplate": onEdge, "jobTemplate 2160p": onEdge, "jobTemplate 1080p": onEdge, "jobTemplate 720p": onEdge,
		"Enabled": onEdge, "Preferred": onEdge, "Disabled": onEdge, "Frame Capture": onEdge, "No Frame Capture": onEdge,
	}, more: map[string]string{
		"Mark Pending": `"set by an updateItem just before" (line 12), which the table does not name`,
	}},

	{w: video.EncodeEvents, rows: []row{
		{"Load Token", "Task", getItem, "Token Present", "R-aws", ""},
		{"Token Present", "Choice", "", "Status Check, Keep Event, Token Present: wait", "", ""},
		{"Status Check", "Choice", "", "Already Resumed, Resume Success, Resume Failure, Ignored", "", ""},
		{"Resume Success", "Task", "aws-sdk:sfn:sendTaskSuccess", "Drop Token", "R-aws", gone},
		{"Resume Failure", "Task", "aws-sdk:sfn:sendTaskFailure", "Drop Token", "R-aws", gone},
		{"Drop Token", "Task", updateItem, "Resumed", "R-aws", ""},
		{state: "Resumed", kind: "Succeed"},
		{state: "Ignored", kind: "Succeed"},
		{state: "Already Resumed", kind: "Succeed"},
		{"Keep Event", "Task", "sqs:sendMessage", "Token Missing", "R-aws", ""},
		{state: "Token Missing", kind: "Fail"},
	}, otherwise: map[string]string{
		"Attempts Left":  "Poll asks for the number of tries in Token Present itself: one billed transition less for each try",
		"Wait For Token": `Poll calls its Wait "Token Present: wait", and counts on the way out of it`,
	}, more: map[string]string{
		"Token Present: begin": "the counter begins here, because nothing comes before Load Token",
		"Token Present: wait":  "this is Wait For Token",
	}},

	{w: video.Publish, rows: slices.Concat([]row{
		{"Load Record", "Task", getItem, "Validate Encoding Outputs", "R-aws", "C-fail"},
		{"Validate Encoding Outputs", "Task", invoke, "Approval Check", "R-lambda", "C-fail"},
		{"Approval Check", "Choice", "", "Mark Pending, Archive Source Choice", "", ""},
		{"Archive Source Choice", "Choice", "", "Get Source Tags, MediaPackage Choice", "", ""},
		{"Get Source Tags", "Task", "aws-sdk:s3:getObjectTagging", "Put Source Tags", "R-aws", "States.ALL → MediaPackage Choice"},
		{"Put Source Tags", "Task", "aws-sdk:s3:putObjectTagging", "MediaPackage Choice", "R-aws", "States.ALL → MediaPackage Choice"},
		{"MediaPackage Choice", "Choice", "", "MediaPackage Assets, DynamoDB Update (Publish)", "", ""},
		{"MediaPackage Assets", "Task", "aws-sdk:mediapackagevod:createAsset", "DynamoDB Update (Publish)", "R-aws", "MediaPackageVod.UnprocessableEntityException → Describe Asset; C-fail"},
		{"DynamoDB Update (Publish)", "Task", updateItem, "SQS Choice", "R-aws", condition + " → Already Published; C-fail"},
		{state: "Already Published", kind: "Succeed"},
		{"SQS Choice", "Choice", "", "SQS Send Message, SNS Choice (Publish)", "", ""},
		{"SQS Send Message", "Task", "sqs:sendMessage", "SNS Choice (Publish)", "R-aws", "States.ALL → SNS Choice (Publish)"},
		{"SNS Choice (Publish)", "Choice", "", "SNS Notification (Publish), Complete", "", ""},
		{"SNS Notification (Publish)", "Task", publish, "Complete", "R-aws", "States.ALL → Complete"},
		{state: "Complete", kind: "Succeed"},
	}, approval("Archive Source Choice"), tail), otherwise: map[string]string{
		"Archive":         "the tag's value is the record's own archiveSource: one rule for both",
		"Deep Archive":    "the tag's value is the record's own archiveSource: one rule for both",
		"Archive Warning": "the warning is assigned by the catcher, on the way to MediaPackage Choice",
		"Map Endpoints":   "the addresses are worked out on the way out of MediaPackage Assets",
	}, more: map[string]string{
		"Mark Pending":   "as in Process",
		"Describe Asset": `"already exists → describeAsset" (line 9), which the table does not name`,
	}},

	{w: video.ErrorHandler, rows: []row{
		{"Identify", "Pass", "", "Record Error", "", ""},
		{"Record Error", "Task", updateItem, "Notify Error", "R-aws", condition + " → Already Recorded"},
		{"Notify Error", "Task", publish, "Handled", "R-aws", ""},
		{state: "Handled", kind: "Succeed"},
		{state: "Already Recorded", kind: "Succeed"},
	}},

	{w: video.Backfill, rows: []row{
		{"Every Object", "Map", "", "Backfilled", "", ""},
		{state: "Backfilled", kind: "Succeed"},
		{"Suffix Check", "Choice", "", "Skipped, Start Ingest", "", ""},
		{"Start Ingest", "Task", "states:startExecution.sync:2", "", "R-aws", ""},
		{state: "Skipped", kind: "Succeed"},
	}},
}

const gone = "Sfn.InvalidTokenException → Already Resumed; Sfn.TaskTimedOutException → Already Resumed"

// TestRows compares each machine's document with its table, line by line.
func TestRows(t *testing.T) {
	t.Parallel()
	for _, x := range tables {
		t.Run(x.w.Name(), func(t *testing.T) {
			t.Parallel()
			states := all(t, x.w)
			var listed []string
			for _, r := range x.rows {
				listed = append(listed, r.state)
				s := states[r.state]
				if s == nil {
					t.Errorf("there is no state %q", r.state)
					continue
				}
				compare(t, r, s)
			}
			for name, why := range x.otherwise {
				if states[name] != nil || why == "" {
					t.Errorf("%q is said to be written otherwise, but is there", name)
				}
			}
			for name := range x.more {
				listed = append(listed, name)
			}
			var there []string
			for name := range states {
				there = append(there, name)
			}
			slices.Sort(listed)
			slices.Sort(there)
			if d := cmp.Diff(listed, there); d != "" {
				t.Errorf("states (-table +document):\n%s", d)
			}
		})
	}
}

// TestProcessByEvent has what Process has, but for the wait and the start of Publish (section 16).
func TestProcessByEvent(t *testing.T) {
	t.Parallel()
	states := all(t, video.ProcessByEvent)
	for _, r := range tables[1].rows {
		switch r.state {
		case "Await Encode", "Check Job", "Job Finished", "Process Publish":
			if states[r.state] != nil {
				t.Errorf("%q is there", r.state)
			}
			continue
		case "Existing Job State":
			r.next = "Process Done, Encoding Profile Check"
		case "DynamoDB Update (Process)":
			r.next = "Process Done"
		}
		if s := states[r.state]; s != nil {
			compare(t, r, s)
		} else {
			t.Errorf("there is no state %q", r.state)
		}
	}
}

// all are the states of a machine, those of its Maps as well.
func all(t *testing.T, w flow.Workflow) map[string]asl.State {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("%s: %s", w.Title(), x.Text())
	}
	states := map[string]asl.State{}
	for s := range asl.Scopes(d) {
		for name, state := range s.Branch.States.All() {
			states[name] = state
		}
	}
	return states
}

func compare(t *testing.T, r row, s asl.State) {
	t.Helper()
	got := row{state: r.state, kind: string(asl.KindOf(s)), next: strings.Join(targets(s), ", ")}
	if task, ok := s.(*asl.Task); ok {
		got.resource = task.Resource[strings.LastIndex(task.Resource, ":::")+3:]
		got.retry = patience(task)
		if !task.TimeoutSeconds.Exists() {
			t.Errorf("%q has no timeout", r.state)
		}
		got.catch = r.catch
		for _, want := range split(r.catch, "; ") {
			if !catches(r.state, task, want) {
				t.Errorf("%q does not catch %s", r.state, want)
			}
		}
		if r.catch == "" && len(task.Catch) > 0 {
			t.Errorf("%q catches something", r.state)
		}
	}
	if d := cmp.Diff(r, got, cmp.AllowUnexported(row{})); d != "" {
		t.Errorf("%q (-table +document):\n%s", r.state, d)
	}
}

func split(s, by string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, by)
}

// targets are the states that a state leads to, in the order in which it asks.
func targets(s asl.State) []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	switch s := s.(type) {
	case *asl.Choice:
		for _, c := range s.Choices {
			add(c.Next)
		}
		add(s.Default)
	case *asl.Task:
		add(s.Next)
	case *asl.Pass:
		add(s.Next)
	case *asl.Map:
		add(s.Next)
	}
	return out
}

// patience names the retry set of a task, if it has one of the two.
func patience(task *asl.Task) string {
	for _, r := range task.Retry {
		full := r.JitterStrategy == "FULL" && *r.BackoffRate == 2
		switch {
		case full && *r.IntervalSeconds == 2 && *r.MaxAttempts == 6 && slices.Contains(r.ErrorEquals, "Lambda.TooManyRequestsException") && len(r.ErrorEquals) == 5:
			return "R-lambda"
		case full && *r.IntervalSeconds == 1 && *r.MaxAttempts == 5 && *r.MaxDelaySeconds == 30 && ofService(task.Resource, r.ErrorEquals):
			return "R-aws"
		}
	}
	return ""
}

// ofService tells whether errors are those of the service that a resource names, none of which is about what was asked.
func ofService(resource string, errors []string) bool {
	service := map[string]string{
		"dynamodb": "dynamodb", "mediaconvert": "mediaconvert", "sns": "sns", "sqs": "sqs", "states": "stepfunctions", "sfn": "stepfunctions",
		"s3": "s3", "mediapackagevod": "mediapackagevod",
	}[strings.Split(strings.TrimPrefix(resource[strings.LastIndex(resource, ":::")+3:], "aws-sdk:"), ":")[0]]
	for _, e := range errors {
		prefix, name, _ := strings.Cut(strings.ToLower(e), ".")
		if prefix == "sfn" {
			prefix = "stepfunctions"
		}
		if prefix != service || strings.Contains(name, "badrequest") || strings.Contains(name, "notfound") || strings.Contains(name, "conflict") {
			return false
		}
	}
	return true
}

// catches tells whether a task catches as one part of a table's line says.
func catches(state string, task *asl.Task, want string) bool {
	name, next, named := strings.Cut(want, " → ")
	if !named { // C-fail
		name, next = "States.ALL", "Record Error"
	}
	for _, c := range task.Catch {
		if slices.Contains(c.ErrorEquals, name) {
			return c.Next == next && (named || c.Assign.Get("failure").Get("State").Str() == state)
		}
	}
	return false
}
