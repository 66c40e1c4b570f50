package states

import (
	"context"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Types are the resource types that the service makes.
func (s *Service) Types() []string { return []string{"AWS::StepFunctions::StateMachine", activityType} }

// understood are the properties of a state machine that mean something here; Tags may be left aside.
var understood = map[string]bool{
	"StateMachineName": true, "DefinitionString": true, "Definition": true, "DefinitionSubstitutions": true, "RoleArn": true,
	"StateMachineType": true, "LoggingConfiguration": true, "TracingConfiguration": true, "Tags": true,
}

// understoodOfActivities are the properties of an activity that mean something here.
var understoodOfActivities = map[string]bool{"Name": true, "Tags": true}

// Create makes a state machine or an activity of a template.
func (s *Service) Create(ctx context.Context, r wire.Resource) (wire.Created, error) {
	if r.Type == activityType {
		return s.createActivityOf(ctx, r)
	}
	p := r.Properties
	for name := range p.Members() {
		if !understood[name] {
			return wire.Created{}, fmt.Errorf("property %s of a state machine is not supported yet by the local machine", name)
		}
	}
	definition, err := templateDefinition(p)
	if err != nil {
		return wire.Created{}, err
	}
	name := p.Get("StateMachineName").Str()
	if name == "" {
		name = r.PhysicalName(80)
	}
	var b value.Builder
	b.Set("name", value.String(name))
	b.Set("definition", value.String(definition))
	b.Set("roleArn", p.Get("RoleArn"))
	b.Set("type", p.Get("StateMachineType"))
	b.Set("loggingConfiguration", booleans(camelCase(p.Get("LoggingConfiguration")), "includeExecutionData"))
	b.Set("tracingConfiguration", booleans(camelCase(p.Get("TracingConfiguration")), "enabled"))
	out, err := s.createStateMachine(ctx, b.Object())
	if err != nil {
		return wire.Created{}, err
	}
	arn := out.Get("stateMachineArn")
	return wire.Created{Ref: arn.Str(), Attributes: map[string]value.Value{
		"Arn": arn, "Name": value.String(name), "StateMachineRevisionId": value.String(initialRevision),
	}}, nil
}

// Delete stops the executions of a state machine and unmakes it, or unmakes an activity.
func (s *Service) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	if r.Type == activityType {
		s.removeActivity(c.Ref)
		return nil
	}
	s.remove(c.Ref)
	return nil
}

// templateDefinition is the definition with the substitutions made, which CloudFormation makes in the text.
func templateDefinition(p value.Value) (string, error) {
	definition := p.Get("DefinitionString").Str()
	if d := p.Get("Definition"); d.Exists() {
		if definition != "" {
			return "", fmt.Errorf("properties Definition and DefinitionString exclude each other")
		}
		definition = d.String()
	}
	if definition == "" {
		return "", fmt.Errorf("property DefinitionString is missing")
	}
	var pairs []string
	for name, v := range p.Get("DefinitionSubstitutions").Members() {
		switch {
		case v.IsString():
			pairs = append(pairs, "${"+name+"}", v.Str())
		case v.IsNumber(), v.IsBool():
			pairs = append(pairs, "${"+name+"}", v.String())
		default:
			return "", fmt.Errorf("property DefinitionSubstitutions.%s is %s: it must be a string, a number or a boolean", name, v.Kind())
		}
	}
	return strings.NewReplacer(pairs...).Replace(definition), nil
}

// booleans reads members that a template may have as texts.
func booleans(v value.Value, names ...string) value.Value {
	for _, n := range names {
		switch v.Get(n).Str() {
		case "true":
			v = v.With(n, value.True)
		case "false":
			v = v.With(n, value.False)
		}
	}
	return v
}
