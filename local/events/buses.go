package events

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

func (s *Service) busARN(name string) string { return s.account.ARN("events", "event-bus/"+name) }

// busOf is the bus that is given by name or ARN, and the default one without any. The lock must be held.
func (s *Service) busOf(v value.Value) (string, *wire.Error) {
	name := v.Str()
	if rest, ok := strings.CutPrefix(name, s.busARN("")); ok {
		name = rest
	}
	if name == "" || name == busName {
		return busName, nil
	}
	if !s.buses[name] {
		return "", wire.Errorf("ResourceNotFoundException", "Event bus %s does not exist.", name)
	}
	return name, nil
}

// key is what a rule is stored under.
func key(bus, name string) string { return bus + "/" + name }

func (s *Service) ruleARN(bus, name string) string {
	if bus == busName {
		return s.account.ARN("events", "rule/"+name)
	}
	return s.account.ARN("events", "rule/"+bus+"/"+name)
}

func (s *Service) createBus(in value.Value) (value.Value, *wire.Error) {
	name := in.Get("Name").Str()
	if name == "" || len(name) > 256 || strings.Trim(name, nameLetters+"/") != "" || name == busName || strings.HasPrefix(name, "aws.") {
		return value.Value{}, wire.Errorf("ValidationException", "Name must have 1 to 256 letters, digits, dots, hyphens, underscores and slashes, and not be default or a partner's, not %q", name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buses[name] {
		return value.Value{}, wire.Errorf("ResourceAlreadyExistsException", "Event bus %s already exists.", name)
	}
	s.buses[name] = true
	return value.Object(value.M("EventBusArn", value.String(s.busARN(name)))), nil
}

func (s *Service) deleteBus(in value.Value) (value.Value, *wire.Error) {
	name := in.Get("Name").Str()
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == busName {
		return value.Value{}, wire.Errorf("ValidationException", "Cannot delete event bus default.")
	}
	for _, r := range s.rules {
		if r.bus == name {
			return value.Value{}, wire.Errorf("ValidationException", "Event bus %s can't be deleted since it has rules.", name)
		}
	}
	delete(s.buses, name)
	return value.Object(), nil
}

func (s *Service) describeBus(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, err := s.busOf(in.Get("Name"))
	return s.bus(name), err
}

func (s *Service) bus(name string) value.Value {
	return value.Object(value.M("Name", value.String(name)), value.M("Arn", value.String(s.busARN(name))))
}

func (s *Service) listBuses(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	names := append(slices.Collect(maps.Keys(s.buses)), busName)
	s.mu.Unlock()
	slices.Sort(names)
	var list []value.Value
	for _, name := range names {
		if strings.HasPrefix(name, in.Get("NamePrefix").Str()) {
			list = append(list, s.bus(name))
		}
	}
	return page(in, "EventBuses", list)
}

// page gives the part of a list that a request wants: at most Limit, from NextToken on.
func page(in value.Value, member string, list []value.Value) (value.Value, *wire.Error) {
	limit, from := int64(100), 0
	if v := in.Get("Limit"); v.Exists() {
		n, ok := v.Int()
		if !ok || n < 1 || n > 100 {
			return value.Value{}, wire.Errorf("ValidationException", "Limit must be from 1 to 100, not %s", v)
		}
		limit = n
	}
	if token := in.Get("NextToken").Str(); token != "" {
		n, err := strconv.Atoi(token)
		if err != nil || n < 0 || n > len(list) {
			return value.Value{}, wire.Errorf("ValidationException", "NextToken %q was not given by this operation", token)
		}
		from = n
	}
	rest, next := list[from:], value.Value{}
	if int64(len(rest)) > limit {
		rest, next = rest[:limit], value.String(strconv.Itoa(from+int(limit)))
	}
	return value.Object(value.M(member, value.Array(rest...)), value.M("NextToken", next)), nil
}

func (s *Service) ruleNamesByTarget(in value.Value) (value.Value, *wire.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bus, err := s.busOf(in.Get("EventBusName"))
	if err != nil {
		return value.Value{}, err
	}
	var list []value.Value
	for _, r := range s.sorted(bus) {
		if slices.ContainsFunc(r.targets, func(t target) bool { return t.arn == in.Get("TargetArn").Str() }) {
			list = append(list, value.String(r.name))
		}
	}
	return page(in, "RuleNames", list)
}

// createBusOf makes a bus of a template.
func (s *Service) createBusOf(res wire.Resource) (wire.Created, error) {
	for name := range res.Properties.Members() {
		if name != "Name" && name != "Description" && name != "Tags" {
			return wire.Created{}, fmt.Errorf("the property %s of an event bus is not supported by the local EventBridge", name)
		}
	}
	if _, err := s.createBus(res.Properties); err != nil {
		return wire.Created{}, err
	}
	name := res.Properties.Get("Name")
	return wire.Created{Ref: name.Str(), Attributes: map[string]value.Value{"Name": name, "Arn": value.String(s.busARN(name.Str()))}}, nil
}

// forward puts an event on another bus. An event that was forwarded once stays where it is, as on AWS.
func (s *Service) forward(d *delivery) *wire.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	bus, err := s.busOf(value.String(d.target.arn))
	if err == nil {
		s.match(bus, d.event, true)
	}
	return err
}

// write puts an event into a log group, in a stream of its own.
func (s *Service) write(ctx context.Context, d *delivery, in value.Value) *wire.Error {
	_, rest, _ := strings.Cut(d.target.arn, ":log-group:")
	group, stream := value.String(strings.TrimSuffix(rest, ":*")), d.event.Get("id")
	_, err := s.directory.Call(ctx, "logs", "CreateLogStream", value.Object(value.M("logGroupName", group), value.M("logStreamName", stream)))
	if failure := wire.AsError(err, "InternalFailure"); failure != nil && failure.Code != "ResourceAlreadyExistsException" {
		return failure
	}
	_, err = s.directory.Call(ctx, "logs", "PutLogEvents", value.Object(value.M("logGroupName", group), value.M("logStreamName", stream),
		value.M("logEvents", value.Array(value.Object(value.M("timestamp", value.Int(s.clock.Now().UnixMilli())), value.M("message", value.String(in.String())))))))
	return wire.AsError(err, "InternalFailure")
}
