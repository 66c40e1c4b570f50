package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Types are AWS::Events::Rule and AWS::Events::EventBus.
func (s *Service) Types() []string { return []string{"AWS::Events::Rule", busType} }

const busType = "AWS::Events::EventBus"

// ruleProperties are the properties of a rule that we know.
var ruleProperties = []string{"Name", "Description", "EventPattern", "State", "Targets", "RoleArn", "EventBusName", "ScheduleExpression", "Tags"}

// Create makes a rule with its targets.
func (s *Service) Create(_ context.Context, res wire.Resource) (wire.Created, error) {
	p := res.Properties
	if res.Type == busType {
		return s.createBusOf(res)
	}
	for name := range p.Members() {
		if !slices.Contains(ruleProperties, name) {
			return wire.Created{}, fmt.Errorf("the property %s is not supported by the local EventBridge", name)
		}
	}
	r := &rule{name: p.Get("Name").Str(), description: p.Get("Description").Str(), roleARN: p.Get("RoleArn").Str(), source: p.Get("EventPattern")}
	if r.name == "" {
		r.name = res.PhysicalName(64)
	}
	if err := r.define(p); err != nil {
		return wire.Created{}, err
	}
	if err := s.store(r, p, false); err != nil {
		return wire.Created{}, err
	}
	if r.bus != busName {
		return wire.Created{Ref: r.bus + "|" + r.name, Attributes: map[string]value.Value{"Arn": value.String(r.arn)}}, nil // as CloudFormation names it
	}
	return wire.Created{Ref: r.name, Attributes: map[string]value.Value{"Arn": value.String(r.arn)}}, nil
}

// define reads what a rule does from a template's properties.
func (r *rule) define(p value.Value) error {
	if r.source.Exists() {
		var err error
		if r.pattern, err = ParsePattern(r.source); err != nil {
			return fmt.Errorf("EventPattern: %w", err)
		}
	}
	enabled, failure := readState(p.Get("State"))
	if r.enabled = enabled; failure != nil {
		return failure
	}
	targets := p.Get("Targets").Elements()
	if len(targets) > maxTargets {
		return fmt.Errorf("property Targets: a rule has at most %d targets, not %d", maxTargets, len(targets))
	}
	for i, v := range targets {
		t, err := parseTarget(v)
		if err != nil {
			return fmt.Errorf("property Targets[%d]: %w", i, err)
		}
		r.targets = append(r.targets, t)
	}
	return nil
}

// Delete removes a rule with its targets, or a bus.
func (s *Service) Delete(_ context.Context, res wire.Resource, c wire.Created) error {
	if res.Type == busType {
		if _, err := s.deleteBus(value.Object(value.M("Name", value.String(c.Ref)))); err != nil {
			return err
		}
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	bus, name, found := strings.Cut(c.Ref, "|")
	if !found {
		bus, name = busName, c.Ref
	}
	if s.rules[key(bus, name)] == nil {
		return errors.New("the rule is gone already")
	}
	s.drop(key(bus, name))
	return nil
}
