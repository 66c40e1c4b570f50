package events

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Types is AWS::Events::Rule.
func (s *Service) Types() []string { return []string{"AWS::Events::Rule"} }

// ruleProperties are the properties of a rule that we know.
var ruleProperties = []string{"Name", "Description", "EventPattern", "State", "Targets", "RoleArn", "EventBusName", "ScheduleExpression", "Tags"}

// Create makes a rule with its targets.
func (s *Service) Create(_ context.Context, res wire.Resource) (wire.Created, error) {
	p := res.Properties
	for name := range p.Members() {
		if !slices.Contains(ruleProperties, name) {
			return wire.Created{}, fmt.Errorf("the property %s is not supported by the local EventBridge", name)
		}
	}
	if err := s.onBus(p.Get("EventBusName")); err != nil {
		return wire.Created{}, fmt.Errorf("EventBusName: %w", err)
	}
	r := &rule{name: p.Get("Name").Str(), description: p.Get("Description").Str(), roleARN: p.Get("RoleArn").Str(), source: p.Get("EventPattern")}
	if r.name == "" {
		r.name = res.PhysicalName(64)
	}
	if err := r.define(p); err != nil {
		return wire.Created{}, err
	}
	if err := s.store(r, false); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: r.name, Attributes: map[string]value.Value{"Arn": value.String(r.arn)}}, nil
}

// define reads what a rule does from a template's properties.
func (r *rule) define(p value.Value) error {
	if p.Get("ScheduleExpression").Exists() {
		return noSchedules()
	}
	var err error
	if r.pattern, err = ParsePattern(r.source); err != nil {
		return fmt.Errorf("EventPattern: %w", err)
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

// Delete removes a rule with its targets.
func (s *Service) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rules[c.Ref] == nil {
		return errors.New("the rule is gone already")
	}
	delete(s.rules, c.Ref)
	return nil
}
