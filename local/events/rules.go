package events

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Call answers PutEvents, PutRule, DescribeRule, ListRules, EnableRule, DisableRule, DeleteRule, PutTargets,
// RemoveTargets, ListTargetsByRule, ListRuleNamesByTarget, TestEventPattern, CreateEventBus, DeleteEventBus,
// DescribeEventBus and ListEventBuses, with members as the API model spells them. Archives and replays are refused.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	var out value.Value
	var err *wire.Error
	switch action {
	case "PutEvents":
		out, err = s.putEvents(ctx, in)
	case "PutRule":
		out, err = s.putRule(in)
	case "DescribeRule":
		out, err = s.describeRule(in)
	case "ListRules":
		out, err = s.listRules(in)
	case "EnableRule", "DisableRule":
		out, err = s.switchRule(in, action == "EnableRule")
	case "DeleteRule":
		out, err = s.deleteRule(in)
	case "PutTargets":
		out, err = s.putTargets(in)
	case "RemoveTargets":
		out, err = s.removeTargets(in)
	case "ListTargetsByRule":
		out, err = s.listTargets(in)
	case "TestEventPattern":
		out, err = testPattern(in)
	case "DescribeEventBus":
		out, err = s.describeBus(in)
	case "CreateEventBus":
		out, err = s.createBus(in)
	case "DeleteEventBus":
		out, err = s.deleteBus(in)
	case "ListEventBuses":
		out, err = s.listBuses(in)
	case "ListRuleNamesByTarget":
		out, err = s.ruleNamesByTarget(in)
	default:
		err = wire.UnknownOperation("events", action)
	}
	if err != nil {
		return value.Value{}, err
	}
	return out, nil
}

// parsePatternText reads a pattern as the API carries it: JSON in a string.
func parsePatternText(text string) (Pattern, value.Value, *wire.Error) {
	v, err := value.ParseString(text)
	var p Pattern
	if err == nil {
		p, err = ParsePattern(v)
	}
	if err != nil {
		return Pattern{}, v, wire.Errorf("InvalidEventPatternException", "Event pattern is not valid. Reason: %v", err)
	}
	return p, v, nil
}

func (s *Service) putRule(in value.Value) (value.Value, *wire.Error) {
	r := &rule{name: in.Get("Name").Str(), description: in.Get("Description").Str(), roleARN: in.Get("RoleArn").Str()}
	var err *wire.Error
	if text := in.Get("EventPattern"); text.Exists() {
		if r.pattern, r.source, err = parsePatternText(text.Str()); err != nil {
			return value.Value{}, err
		}
	}
	if r.enabled, err = readState(in.Get("State")); err != nil {
		return value.Value{}, err
	}
	if err := s.store(r, in, true); err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("RuleArn", value.String(r.arn))), nil
}

func readState(v value.Value) (enabled bool, err *wire.Error) {
	switch v.Str() {
	case "", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS":
		return true, nil
	case "DISABLED":
		return false, nil
	}
	return false, wire.Errorf("ValidationException", "State must be ENABLED or DISABLED, not %q", v.Str())
}

// store adds a rule or replaces the one of its name, whose targets it keeps if keep is set. Bus and schedule are as in
// the members of in.
func (s *Service) store(r *rule, in value.Value, keep bool) *wire.Error {
	if !validName(r.name) {
		return wire.Errorf("ValidationException", "Name must have 1 to 64 letters, digits, dots, hyphens and underscores, not %q", r.name)
	}
	if text := in.Get("ScheduleExpression").Str(); text != "" {
		schedule, err := ParseSchedule(text)
		if err != nil {
			return wire.Errorf("ValidationException", "Parameter ScheduleExpression is not valid. Reason: %v", err)
		}
		r.schedule = &schedule
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	bus, err := s.busOf(in.Get("EventBusName"))
	switch {
	case err != nil:
		return err
	case r.schedule == nil && !r.source.Exists():
		return wire.Errorf("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case r.schedule != nil && bus != busName:
		return wire.Errorf("ValidationException", "ScheduleExpression is supported only on the default event bus.")
	}
	r.bus, r.arn, r.since = bus, s.ruleARN(bus, r.name), s.clock.Now()
	at := key(bus, r.name)
	if old := s.rules[at]; old != nil && keep {
		r.targets = old.targets
	}
	s.rules[at], s.byBus = r, nil
	s.reschedule(at, r.since)
	return nil
}

const nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

func validName(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, nameLetters) == ""
}

func (r *rule) members() value.Value {
	state := "ENABLED"
	if !r.enabled {
		state = "DISABLED"
	}
	var pattern, schedule value.Value
	if r.source.Exists() {
		pattern = value.String(r.source.String())
	}
	if r.schedule != nil {
		schedule = value.String(r.schedule.String())
	}
	return value.Object(
		value.M("Name", value.String(r.name)), value.M("Arn", value.String(r.arn)), value.M("EventPattern", pattern), value.M("ScheduleExpression", schedule),
		value.M("State", value.String(state)), value.M("Description", optional(r.description)), value.M("RoleArn", optional(r.roleARN)),
		value.M("EventBusName", value.String(r.bus)))
}

func optional(s string) value.Value {
	if s == "" {
		return value.Value{}
	}
	return value.String(s)
}

func (s *Service) describeRule(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.find(in, "Name")
	if err != nil {
		return value.Value{}, err
	}
	return r.members(), nil
}

func (s *Service) listRules(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bus, err := s.busOf(in.Get("EventBusName"))
	if err != nil {
		return value.Value{}, err
	}
	list := []value.Value{}
	for _, r := range s.sorted(bus) {
		if strings.HasPrefix(r.name, in.Get("NamePrefix").Str()) {
			list = append(list, r.members())
		}
	}
	return page(in, "Rules", list)
}

// change replaces a rule by a changed copy, so that deliveries under way keep the old one.
func (s *Service) change(in value.Value, member string, f func(*rule) *wire.Error) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.find(in, member)
	if err != nil {
		return err
	}
	r := *old
	if err := f(&r); err != nil {
		return err
	}
	at := key(r.bus, r.name)
	s.rules[at], s.byBus = &r, nil
	s.reschedule(at, s.clock.Now())
	return nil
}

func (s *Service) switchRule(in value.Value, on bool) (value.Value, *wire.Error) {
	return value.Object(), s.change(in, "Name", func(r *rule) *wire.Error {
		r.enabled = on
		return nil
	})
}

func (s *Service) deleteRule(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.find(in, "Name")
	switch {
	case err != nil && err.Code == "ResourceNotFoundException":
		return value.Object(), nil // as on AWS
	case err != nil:
		return value.Value{}, err
	case len(r.targets) > 0:
		return value.Value{}, wire.Errorf("ValidationException", "Rule can't be deleted since it has targets.")
	}
	s.drop(key(r.bus, r.name))
	return value.Object(), nil
}

// drop forgets a rule. It must be called with the lock held.
func (s *Service) drop(at string) {
	delete(s.rules, at)
	s.byBus = nil
	s.reschedule(at, s.clock.Now())
}

func (s *Service) putTargets(in value.Value) (value.Value, *wire.Error) {
	var targets []target
	for i, v := range in.Get("Targets").Elements() {
		t, err := parseTarget(v)
		if err != nil {
			return value.Value{}, wire.Errorf("ValidationException", "Targets[%d]: %v", i, err)
		}
		targets = append(targets, t)
	}
	err := s.change(in, "Rule", func(r *rule) *wire.Error {
		kept := slices.DeleteFunc(slices.Clone(r.targets), func(o target) bool {
			return slices.ContainsFunc(targets, func(t target) bool { return t.id == o.id })
		})
		r.targets = append(kept, targets...)
		if len(r.targets) > maxTargets {
			return wire.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed: a rule has at most %d targets.", maxTargets)
		}
		return nil
	})
	return value.Object(value.M("FailedEntryCount", value.Int(0)), value.M("FailedEntries", value.Array())), err
}

func (s *Service) removeTargets(in value.Value) (value.Value, *wire.Error) {
	ids := in.Get("Ids").Elements()
	err := s.change(in, "Rule", func(r *rule) *wire.Error {
		r.targets = slices.DeleteFunc(slices.Clone(r.targets), func(t target) bool {
			return slices.ContainsFunc(ids, func(id value.Value) bool { return id.Str() == t.id })
		})
		return nil
	})
	return value.Object(value.M("FailedEntryCount", value.Int(0)), value.M("FailedEntries", value.Array())), err
}

func (s *Service) listTargets(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.find(in, "Rule")
	if err != nil {
		return value.Value{}, err
	}
	list := make([]value.Value, len(r.targets))
	for i, t := range r.targets {
		list[i] = t.definition
	}
	return page(in, "Targets", list)
}

// serviceOf is the service of an ARN.
func serviceOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ""
	}
	return parts[2]
}

// The limits of a retry policy, which are also what it is without one.
const (
	maxAttempts = 185
	maxAge      = 24 * time.Hour
)

// parseTarget reads a target of PutTargets or of a template.
func parseTarget(v value.Value) (target, error) {
	t := target{id: v.Get("Id").Str(), arn: v.Get("Arn").Str(), definition: v, attempts: maxAttempts, age: maxAge, deadLetter: v.Path("DeadLetterConfig", "Arn").Str()}
	if !validName(t.id) {
		return t, fmt.Errorf("property Id must have 1 to 64 letters, digits, dots, hyphens and underscores, not %q", t.id)
	}
	switch service := serviceOf(t.arn); {
	case service == "":
		return t, fmt.Errorf("target %s: Arn must be an ARN, not %s", t.id, v.Get("Arn"))
	case !slices.Contains([]string{"states", "lambda", "sqs", "sns", "logs", "events"}, service):
		return t, fmt.Errorf("target %s: a target of the service %q is not supported yet by the local EventBridge; it knows states, lambda, sqs, sns, logs and events", t.id, service)
	case t.deadLetter != "" && serviceOf(t.deadLetter) != "sqs":
		return t, fmt.Errorf("target %s: DeadLetterConfig needs the ARN of a queue, not %q", t.id, t.deadLetter)
	}
	for name := range v.Members() {
		if !slices.Contains([]string{"Id", "Arn", "RoleArn", "Input", "InputPath", "InputTransformer", "DeadLetterConfig", "RetryPolicy", "SqsParameters"}, name) {
			return t, fmt.Errorf("target %s: %s is not supported by the local EventBridge", t.id, name)
		}
	}
	if n := v.Path("RetryPolicy", "MaximumRetryAttempts"); n.Exists() {
		i, ok := n.Int()
		if t.attempts = int(i); !ok || i < 0 || i > maxAttempts {
			return t, fmt.Errorf("target %s: MaximumRetryAttempts must be from 0 to %d, not %s", t.id, maxAttempts, n)
		}
	}
	if n := v.Path("RetryPolicy", "MaximumEventAgeInSeconds"); n.Exists() {
		i, ok := n.Int()
		if t.age = time.Duration(i) * time.Second; !ok || i < 60 || t.age > maxAge {
			return t, fmt.Errorf("target %s: MaximumEventAgeInSeconds must be from 60 to 86400, not %s", t.id, n)
		}
	}
	var err error
	if t.input, err = parseInput(v); err != nil {
		return t, fmt.Errorf("target %s: %w", t.id, err)
	}
	return t, nil
}

func testPattern(in value.Value) (value.Value, *wire.Error) {
	p, _, err := parsePatternText(in.Get("EventPattern").Str())
	if err != nil {
		return value.Value{}, err
	}
	event, failure := value.ParseString(in.Get("Event").Str())
	if failure != nil || !event.IsObject() {
		return value.Value{}, wire.Errorf("ValidationException", "Parameter Event is not valid.")
	}
	for _, name := range []string{"id", "account", "source", "time", "region", "resources", "detail-type"} {
		if !event.Get(name).Exists() {
			return value.Value{}, wire.Errorf("ValidationException", "Parameter Event is not valid. Reason: the field %s is missing.", name)
		}
	}
	return value.Object(value.M("Result", value.Bool(p.Matches(event)))), nil
}
