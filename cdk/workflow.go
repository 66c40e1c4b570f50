package cdk

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/cdk/internal/shape"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/policy"
)

// A Definition is a workflow as package flow declares them.
type Definition interface {
	// Build gives the document, and what is wrong with it.
	Build() (*asl.Machine, diag.List)

	Name() string            // the workflow's name in documents, such as ImageTagging
	Type() string            // STANDARD or EXPRESS
	Handlers() []run.Handler // the functions it calls, under their names in the document
}

// WorkflowProps say what NewWorkflow makes.
type WorkflowProps struct {
	Workflow Definition // required
	Bind     Bind       // what the names in the document stand for, but for the handlers
	Handlers Handlers   // required if the workflow calls handlers
	Logs     LogLevel   // how much of its executions a machine logs; LogErrors if empty
	Grants   Grants     // what the document does not tell
}

// A LogLevel says which events of executions go to the log.
type LogLevel string

// The log levels. Only LogAll writes the input and output of states.
const (
	LogAll    LogLevel = "ALL"
	LogErrors LogLevel = "ERROR"
	LogFatal  LogLevel = "FATAL"
	LogOff    LogLevel = "OFF"
)

// A Workflow is a state machine with everything that belongs to it: its handlers'
// functions, roles, policies and logs. Grants of the AWS library accept it:
// queue.GrantSendMessages(workflow).
type Workflow struct {
	constructs.Construct
	definition Definition
	document   string
	functions  []*Function
	machine    awscdk.CfnResource
	role       awsiam.Role
	tags       awscdk.TagManager
	arn, name  string
	started    []awscdk.CfnResource // what must be there before somebody starts it
}

// NewWorkflow makes the state machine of a workflow in scope. Mistakes are told by Synth.
func NewWorkflow(scope constructs.Construct, id string, props WorkflowProps) *Workflow {
	w := &Workflow{definition: props.Workflow}
	construct(scope, id, w, func(p *problems) {
		var tags awscdk.IResolvable
		w.tags, tags = newTags("AWS::StepFunctions::StateMachine")
		w.role = stepFunctionsRole(w) // there even if the machine cannot be made: others grant to it
		m := w.build(p)
		if m == nil {
			return
		}
		bindings := props.Bind.recognise(p)
		w.addFunctions(p, props.Handlers, bindings)
		values, unbound := bindings.Substitutions(w.document)
		for _, problem := range unbound {
			p.add("workflow %s: %s", w.definition.Name(), problem)
		}
		grants := props.Grants.resolve(p, bindings)
		resources := resourcesOf(w.definition)
		for _, problem := range bindings.Fit(resources) {
			p.add("workflow %s: %s", w.definition.Name(), problem)
		}
		props.Bind.sameWorkflows(p, w.definition)
		derived := policy.Derive(m, policy.Options{Activities: shape.Activities(resources), Grants: grants})
		p.addAll(derived.Problems)
		for _, n := range derived.Needs {
			d := n.Diagnostic()
			d.Source = p.at // the grant is missing there
			p.addAll(diag.List{d})
		}
		if len(p.list) > 0 {
			return
		}
		w.addMachine(p, level(props.Logs), values, names(bindings), derived, tags)
	})
	return w
}

func level(l LogLevel) LogLevel {
	if l == "" {
		return LogErrors
	}
	return l
}

// maxDefinition is how many bytes of ASL stand in the template itself. A template may
// have 1 MB in all.
const maxDefinition = 400_000

// build makes the document; nil if there is none.
func (w *Workflow) build(p *problems) *asl.Machine {
	if isNil(w.definition) {
		p.add("WorkflowProps has no Workflow")
		return nil
	}
	m, list := w.definition.Build()
	p.addAll(list)
	if list.HasErrors() || m == nil {
		return nil
	}
	w.document = string(asl.Print(m))
	switch {
	case strings.Contains(w.document, "${Token["):
		p.add("workflow %s has a token of the CDK in its document; use a name and bind it", w.definition.Name())
	case len(w.document) > maxDefinition:
		p.add("the document of workflow %s has %d bytes, which do not fit into a template; the limit is %d, and documents in S3 are not supported yet",
			w.definition.Name(), len(w.document), maxDefinition)
	default:
		return m
	}
	return nil
}

// addMachine makes log, policies and machine, in this order: the service wants the
// permission to deliver logs before the machine is made.
func (w *Workflow) addMachine(p *problems, level LogLevel, values map[string]string, names shape.Names, derived *policy.Policy, tags awscdk.IResolvable) {
	own := shape.Machine{Type: w.definition.Type(), Definition: w.document, Substitutions: values, Level: string(level), Tags: tags}
	statements := append([]policy.Statement{policy.Tracing()}, derived.Statements...)
	if level != LogOff {
		statements = append(statements, policy.LogDelivery())
		logs := logGroup(w, "/aws/vendedlogs/states/"+*awscdk.Stack_Of(w).StackName()+"-"+w.label(), tags)
		own.LogGroupARN = attribute(logs, "Arn")
	}
	own.RoleARN = *w.role.RoleArn()
	allowed := addPolicy(p, w, "Policy", w.role, names, policy.Merge(statements))
	w.machine = resource(w, "Resource", "AWS::StepFunctions::StateMachine", own.Properties())
	w.arn, w.name = *w.machine.Ref(), attribute(w.machine, "Name")
	if allowed != nil {
		w.machine.AddDependency(allowed)
	}
	if len(derived.Self) > 0 {
		names.Self = shape.Binding{Value: w.arn, ARN: w.arn, Name: w.name}
		if self := addPolicy(p, w, "SelfPolicy", w.role, names, derived.Self); self != nil {
			w.started = append(w.started, self)
		}
	}
}

// label is the construct's path below its stack, as a name: "Photos-ImageTagging".
func (w *Workflow) label() string {
	stack := *awscdk.Stack_Of(w).Node().Path()
	path := strings.TrimPrefix(strings.TrimPrefix(*w.Node().Path(), stack), "/")
	return strings.ReplaceAll(path, "/", "-")
}

// stepFunctionsRole may be taken on by machines of the same account only.
func stepFunctionsRole(scope constructs.Construct) awsiam.Role {
	trusted := awsiam.NewServicePrincipal(new("states.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Aws_ACCOUNT_ID()}},
	})
	return awsiam.NewRole(scope, new("Role"), &awsiam.RoleProps{AssumedBy: trusted})
}

// addPolicy makes a policy of a role; nil if it could not be written.
func addPolicy(p *problems, scope constructs.Construct, id string, role awsiam.Role, names shape.Names, statements []policy.Statement) awscdk.CfnResource {
	document, err := names.PolicyDocument(statements)
	if err != nil {
		p.add("%v", err)
		return nil
	}
	name := *scope.Node().Id() + id
	return resource(scope, id, "AWS::IAM::Policy", shape.Policy(name, *role.RoleName(), document))
}

// StateMachineArn is the machine's ARN.
func (w *Workflow) StateMachineArn() *string { return &w.arn }

// StateMachineName is the machine's name.
func (w *Workflow) StateMachineName() *string { return &w.name }

// Document is the ASL document, as stepwright asl prints it.
func (w *Workflow) Document() string { return w.document }

// GrantPrincipal is the machine's role; it makes a Workflow an awsiam.IGrantable.
func (w *Workflow) GrantPrincipal() awsiam.IPrincipal { return w.role }

// Tags makes a Workflow taggable.
func (w *Workflow) Tags() awscdk.TagManager { return w.tags }
