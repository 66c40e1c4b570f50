package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// optimized notes what the table says about an optimized integration.
func (c *collector) optimized(call *call) {
	i, _ := integration.Find(call.ref)
	switch call.ref.Label() {
	case "http:invoke":
		c.http(call, i)
		return
	case "apigateway:invoke":
		if !signed(call) {
			return
		}
	}
	for _, s := range i.Statements(call.ref.Pattern) {
		c.fill(call, s)
	}
}

// fill turns a statement of the table into requirements: one for all resources that are
// known, one for each that is not.
func (c *collector) fill(call *call, s integration.Statement) {
	known := Statement{Actions: s.Actions}
	var why []string
	for _, template := range s.Resources {
		resources, unknown := call.resources(template, s.Actions)
		if unknown != "" {
			why = append(why, unknown)
			continue
		}
		known.Resources = append(known.Resources, resources...)
	}
	condition, unknown := call.conditions(s.Condition)
	if unknown != "" {
		why = append(why, unknown)
	}
	if len(why) > 0 {
		c.unknown(why[0], s.Actions...)
		return
	}
	known.Condition = condition
	c.allow(known)
}

// resources fills one ARN template of the table in, or says why it cannot.
func (call *call) resources(template string, actions []string) (resources []string, unknown string) {
	if template == "*" {
		if slices.ContainsFunc(actions, func(a string) bool { return !Unscoped(a) }) {
			return nil, "the table knows no narrower resource than \"*\""
		}
		return []string{"*"}, ""
	}
	if bus, rest, ok := strings.Cut(template, "${EventBusName}"); ok && rest == "" {
		return call.buses(pseudo.Replace(bus))
	}
	for _, p := range Parts(template) {
		if t, whole := things[p.Name]; whole {
			return call.thing(template, p.Name, t)
		}
	}
	text, unknown := call.fillText(template)
	if unknown != "" {
		return nil, unknown
	}
	return []string{text}, ""
}

// part is the text of a piece of a template whose variables are plain arguments.
func (call *call) part(p Part) (text, unknown string) {
	switch p.Name {
	case "":
		return p.Text, ""
	case "Partition", "Region", "Account":
		return pseudo.Replace("${" + p.Name + "}"), ""
	case "Path", "Stage":
		if call.arg(p.Name).from == missing {
			return "*", ""
		}
	case "ApiId":
		host := call.arg("ApiEndpoint")
		id, _, _ := strings.Cut(host.text, ".")
		if host.from == plainly {
			return id, ""
		}
	case "VirtualClusterId":
		return call.text(first(call.arg(p.Name), call.arg("Id")), p.Name)
	}
	return call.text(call.arg(p.Name), p.Name)
}

func (call *call) text(a argument, name string) (text, unknown string) {
	switch a.from {
	case bound:
		return "${" + a.text + "}", ""
	case plainly:
		return strings.TrimPrefix(a.text, "/"), ""
	default:
		return "", a.why(name)
	}
}

// things are variables of the table that stand for a whole resource, so that a bound
// argument is its ARN, and an argument that is an ARN is taken as it is.
var things = map[string]func(*call) argument{
	"FunctionArn":      func(c *call) argument { return c.arg("FunctionName") },
	"TopicArn":         func(c *call) argument { return first(c.arg("TopicArn"), c.arg("TargetArn")) },
	"QueueName":        func(c *call) argument { return queue(c.arg("QueueUrl")) },
	"TableName":        func(c *call) argument { return c.arg("TableName") },
	"StateMachineName": func(c *call) argument { return c.arg("StateMachineArn") },
	"Bucket":           func(c *call) argument { return c.arg("Bucket") },
	"ConnectionArn":    connection,
	"HarnessArn":       func(c *call) argument { return c.arg("HarnessArn") },
	"ProjectName":      func(c *call) argument { return c.arg("ProjectName") },
	"RoleArn":          func(c *call) argument { return first(c.arg("RoleArn"), c.arg("ExecutionRoleArn")) },
	"ExecutionRoleArn": func(c *call) argument { return c.arg("ExecutionRoleArn") },
	"Role":             func(c *call) argument { return c.arg("Role") },
}

func connection(c *call) argument {
	return first(c.arg("InvocationConfig", "ConnectionArn"), c.arg("Authentication", "ConnectionArn"))
}

// thing fills a template in whose variable name stands for a whole resource.
func (call *call) thing(template, name string, find func(*call) argument) (resources []string, unknown string) {
	a := find(call)
	if !a.known() {
		return nil, a.why(argumentOf(name))
	}
	before, after, _ := strings.Cut(template, "${"+name+"}")
	before, after = pseudo.Replace(before), pseudo.Replace(after)
	switch {
	case name == "StateMachineName":
		return []string{machine(a, before, after)}, ""
	case name == "FunctionArn" && before == "":
		before = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
	case name == "Bucket":
		rest, unknown := call.rest(after)
		return []string{a.arn(before+"%s") + rest}, unknown
	}
	return []string{a.arn(before+"%s") + after}, ""
}

// rest fills the variables after the bucket in: "/${Key}", "/${Prefix}*".
func (call *call) rest(template string) (text, unknown string) {
	var b strings.Builder
	for _, p := range Parts(template) {
		a := call.arg(p.Name)
		switch {
		case p.Name == "":
			b.WriteString(p.Text)
		case p.Name == "Prefix" && a.from == missing: // no prefix: everything
		case !a.known():
			return "", a.why(p.Name)
		default:
			piece, _ := call.text(a, p.Name)
			b.WriteString(piece)
		}
	}
	return strings.Replace(b.String(), "//", "/", 1), ""
}

// argumentOf is the argument a person wrote for a variable of the table.
func argumentOf(variable string) string {
	switch variable {
	case "FunctionArn":
		return "FunctionName"
	case "QueueName":
		return "QueueUrl"
	case "StateMachineName":
		return "StateMachineArn"
	default:
		return variable
	}
}

// machine is the ARN of a machine, or of its executions, by the machine's ARN.
func machine(a argument, before, after string) string {
	executions := strings.Contains(before, ":execution:")
	switch {
	case a.from == bound && !executions:
		return "${" + a.text + ".Arn}"
	case a.from == bound:
		return before + "${" + a.text + ".Name}" + after
	case !strings.HasPrefix(a.text, "arn:"):
		return before + a.text + after
	}
	name := strings.Split(a.text, ":") // arn:aws:states:region:account:stateMachine:name[:qualifier]
	if len(name) < 7 {
		return a.text
	}
	arn := strings.Join(name[:7], ":")
	if executions {
		return strings.Replace(arn, ":stateMachine:", ":execution:", 1) + after
	}
	return arn
}

// queue is a queue's ARN by its URL, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.
func queue(a argument) argument {
	if a.from != plainly {
		return a
	}
	host, path, _ := strings.Cut(strings.TrimPrefix(a.text, "https://"), "/")
	account, name, ok := strings.Cut(path, "/")
	labels := strings.Split(host, ".")
	if !ok || len(labels) < 3 || labels[0] != "sqs" {
		return argument{from: dynamic}
	}
	return argument{from: plainly, text: fmt.Sprintf("arn:${AWS::Partition}:sqs:%s:%s:%s", labels[1], account, name)}
}

// buses are the event buses that the entries of a putEvents name.
func (call *call) buses(prefix string) (resources []string, unknown string) {
	entries := call.args.Get("Entries")
	if !entries.IsArray() {
		return nil, "Entries is only known when the workflow runs"
	}
	for _, e := range entries.Elements() {
		a := follow(e, []string{"EventBusName"})
		if a.from == missing && !expression(e) {
			a = argument{from: plainly, text: "default"}
		}
		if !a.known() {
			return nil, a.why("EventBusName")
		}
		resources = append(resources, a.arn(prefix+"%s"))
	}
	slices.Sort(resources)
	return slices.Compact(resources), ""
}

// conditions fills the conditions of a statement in. One about an argument that is not
// given falls away: the request has no such key.
func (call *call) conditions(conditions []integration.Condition) (filled []integration.Condition, unknown string) {
	for _, c := range conditions {
		var values []string
		for _, v := range c.Values {
			if v == "${Prefix}" && call.arg("Prefix").from == missing {
				continue
			}
			text, unknown := call.fillText(v)
			if unknown != "" {
				return nil, unknown
			}
			values = append(values, text)
		}
		if len(values) > 0 {
			filled = append(filled, integration.Condition{Operator: c.Operator, Key: c.Key, Values: values})
		}
	}
	return filled, ""
}

// fillText fills a text of the table in whose variables are plain arguments.
func (call *call) fillText(template string) (text, unknown string) {
	var b strings.Builder
	for _, p := range Parts(template) {
		piece, unknown := call.part(p)
		if unknown != "" {
			return "", unknown
		}
		b.WriteString(piece)
	}
	return b.String(), ""
}

// http notes what an HTTP Task needs: to call the address, and the connection's secret.
//
// Of an address that is put together when the workflow runs, what it begins with is allowed: its host at least.
func (c *collector) http(call *call, i *integration.Integration) {
	if a := call.arg("ApiEndpoint"); a.from == dynamic {
		if begin := prefix(call.args.Get("ApiEndpoint").Str()); hasHost(begin) {
			call.args = call.args.With("ApiEndpoint", value.String(begin))
		}
	}
	for _, s := range i.Base {
		if s.Actions[0] != "states:InvokeHTTPEndpoint" {
			c.fill(call, s)
			continue
		}
		condition, unknown := call.conditions(s.Condition)
		if unknown != "" {
			c.unknown(unknown, s.Actions...)
			continue
		}
		s.Condition = condition
		c.allow(itself(s))
	}
}

// hasHost tells whether the beginning of an address has the whole host in it, or is bound.
func hasHost(url string) bool {
	if strings.HasPrefix(url, "${") && strings.Contains(url, "}") {
		return true
	}
	rest, ok := strings.CutPrefix(url, "https://")
	return ok && strings.Index(rest, "/") > 0
}

// signed reports whether a call of an API is signed with the machine's role.
func signed(call *call) bool {
	auth := call.args.Get("AuthType")
	return auth.Exists() && !value.Equal(auth, value.String("NO_AUTH"))
}
