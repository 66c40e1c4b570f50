package cdk

import (
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/cdk/internal/shape"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/policy"
)

// Handlers say how the functions of a workflow's handlers are made. The zero values of
// Memory, Timeout, Environment and Grants are what a [Handler] does not say itself.
type Handlers struct {
	// Main is the package of the one program that serves all handlers: an import path of
	// this module, or a path from its root such as "./lambdas/photos/main". Required.
	Main string

	Memory      int               // MB; 256 if zero
	Timeout     time.Duration     // whole seconds; 30 s if zero
	Environment map[string]string // of every function
	Each        []Handler         // what is different for single handlers
}

// A Handler says what is special about the function of one handler.
type Handler struct {
	Func        any // the handler itself: imagetagging.Extract
	Memory      int
	Timeout     time.Duration
	Environment map[string]string // added to that of all
	Grants      Grants            // what the function itself may do
}

// A Function is the Lambda function of one handler. Grants of the AWS library accept it.
type Function struct {
	constructs.Construct
	handler   run.Handler
	role      awsiam.Role
	tags      awscdk.TagManager
	arn, name string
}

// FunctionArn is the function's ARN.
func (f *Function) FunctionArn() *string { return &f.arn }

// FunctionName is the function's name.
func (f *Function) FunctionName() *string { return &f.name }

// GrantPrincipal is the function's role; it makes a Function an awsiam.IGrantable.
func (f *Function) GrantPrincipal() awsiam.IPrincipal { return f.role }

// Tags makes a Function taggable.
func (f *Function) Tags() awscdk.TagManager { return f.tags }

// Handler is the function of a handler of the workflow, or nil.
func (w *Workflow) Handler(handler any) *Function {
	for _, f := range w.functions {
		if sameFunc(f.handler.Func, handler) {
			return f
		}
	}
	return nil
}

// addFunctions makes a function for each handler and binds it under the handler's name.
func (w *Workflow) addFunctions(p *problems, h Handlers, bindings shape.Bindings) {
	handlers := slices.Clone(w.definition.Handlers())
	slices.SortFunc(handlers, func(a, b run.Handler) int { return strings.Compare(a.Name, b.Name) })
	special := h.match(p, handlers)
	if len(handlers) == 0 {
		return
	}
	code := addBinary(p, w, h.Main)
	if code == nil { // told; go on, so that every mistake is
		code = &binary{}
	}
	for _, handler := range handlers {
		if _, taken := bindings[handler.Name]; taken {
			p.add("%q is bound, but it is the name of a handler of workflow %s; remove it from Bind", handler.Name, w.definition.Name())
			continue
		}
		f := &Function{handler: handler}
		constructs.NewConstruct_Override(f, w, &handler.Name)
		f.make(p, h.merged(special[handler.Name]), code)
		w.functions = append(w.functions, f)
		bindings[handler.Name] = shape.Binding{Value: f.arn, ARN: f.arn, Name: f.name}
	}
}

// match finds the handler of each entry of Each.
func (h *Handlers) match(p *problems, handlers []run.Handler) map[string]Handler {
	special := map[string]Handler{}
	for n, e := range h.Each {
		at := slices.IndexFunc(handlers, func(r run.Handler) bool { return sameFunc(r.Func, e.Func) })
		if at < 0 {
			p.add("entry %d of Handlers.Each is for %s, which the workflow does not call; it calls %s", n+1, funcName(e.Func), listed(handlers, e.Func))
			continue
		}
		special[handlers[at].Name] = e
	}
	return special
}

func listed(handlers []run.Handler, wrong any) string {
	names := make([]string, len(handlers))
	for i, h := range handlers {
		names[i] = h.Name
	}
	if len(names) == 0 {
		return "none"
	}
	short := funcName(wrong)
	if best, ok := suggest.Name(short[strings.LastIndexByte(short, '.')+1:], names); ok {
		return strings.Join(names, ", ") + fmt.Sprintf("; did you mean %s?", best)
	}
	return strings.Join(names, ", ")
}

// merged is what holds for one handler.
func (h *Handlers) merged(own Handler) Handler {
	if own.Memory == 0 {
		own.Memory = h.Memory
	}
	if own.Timeout == 0 {
		own.Timeout = h.Timeout
	}
	environment := maps.Clone(h.Environment)
	if environment == nil {
		environment = map[string]string{}
	}
	maps.Copy(environment, own.Environment)
	own.Environment = environment
	return own
}

// make makes role, log, policy and function.
func (f *Function) make(p *problems, h Handler, code *binary) {
	if h.Timeout%time.Second != 0 || h.Timeout < 0 || h.Timeout > 15*time.Minute {
		p.add("handler %s may run for %v; Lambda takes whole seconds up to 15 minutes", f.handler.Name, h.Timeout)
	}
	var tags awscdk.IResolvable
	f.tags, tags = newTags("AWS::Lambda::Function")
	f.role = awsiam.NewRole(f, new("Role"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("lambda.amazonaws.com"), nil)})
	logs := logGroup(f, "", tags)
	bindings := shape.Bindings{"logs": {ARN: attribute(logs, "Arn")}}
	statements := []policy.Statement{
		policy.FunctionTracing(),
		{Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{"${logs.Arn}"}},
	}
	for _, g := range h.Grants.resolve(p, bindings) {
		statements = append(statements, policy.Statement{Actions: g.Actions, Resources: g.Resources})
	}
	allowed := addPolicy(p, f, "Policy", f.role, names(bindings), policy.Merge(statements))
	function := resource(f, "Resource", "AWS::Lambda::Function", shape.Function{
		Handler: f.handler.Name, Bucket: code.bucket, Key: code.key, RoleARN: *f.role.RoleArn(), LogGroup: *logs.Ref(),
		Memory: h.Memory, Timeout: int(h.Timeout / time.Second), Environment: h.Environment, Tags: tags,
	}.Properties())
	function.AddMetadata(new(MainMetadata), code.ImportPath)
	if allowed != nil {
		function.AddDependency(allowed)
	}
	f.arn, f.name = attribute(function, "Arn"), *function.Ref()
}

// sameFunc reports whether two functions are the same top-level function.
func sameFunc(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Kind() == reflect.Func && y.Kind() == reflect.Func && x.Pointer() == y.Pointer()
}

// funcName is a function's name with its package: "imagetagging.Extract".
func funcName(f any) string {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return fmt.Sprintf("%T", f)
	}
	name := runtime.FuncForPC(v.Pointer()).Name()
	return name[strings.LastIndexByte(name, '/')+1:]
}
