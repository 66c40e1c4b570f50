package cloudwatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// An alarm watches one metric. One on an expression of metrics is kept and shown, but not worked out.
type alarm struct {
	expression                                                   bool
	name, metric, namespace, key, statistic, comparison, missing string

	settings      value.Value // as they were put, to be shown
	threshold     float64
	period        time.Duration
	periods, need int
	state, reason string
	set           time.Time // when somebody set the state; zero for nobody
}

var comparisons = map[string]func(v, threshold float64) bool{
	"GreaterThanOrEqualToThreshold": func(v, t float64) bool { return v >= t },
	"GreaterThanThreshold":          func(v, t float64) bool { return v > t },
	"LessThanThreshold":             func(v, t float64) bool { return v < t },
	"LessThanOrEqualToThreshold":    func(v, t float64) bool { return v <= t },
}

var missings = []string{"", "breaching", "notBreaching", "ignore", "missing"}

// readAlarm reads the settings of an alarm and checks all of them.
func readAlarm(r *members.Reader) (*alarm, error) {
	a := &alarm{
		name: r.String("AlarmName"), metric: r.String("MetricName"), namespace: r.String("Namespace"), statistic: r.String("Statistic"),
		comparison: r.String("ComparisonOperator"), missing: r.String("TreatMissingData"), threshold: r.Float("Threshold", 0),
		period: time.Duration(r.Int("Period", 0)) * time.Second, periods: r.Int("EvaluationPeriods", 0), state: "INSUFFICIENT_DATA",
		reason: "Unchecked: Initial alarm creation",
	}
	a.need = r.Int("DatapointsToAlarm", a.periods)
	a.key, _ = identity(a.namespace, a.metric, r.Array("Dimensions"))
	a.settings = value.Object(value.M("AlarmActions", value.Array(r.Array("AlarmActions")...)), value.M("OKActions", value.Array(r.Array("OKActions")...)),
		value.M("InsufficientDataActions", value.Array(r.Array("InsufficientDataActions")...)), value.M("Dimensions", value.Array(r.Array("Dimensions")...)),
		value.M("AlarmDescription", value.String(r.String("AlarmDescription"))))
	if metrics := r.Array("Metrics"); len(metrics) > 0 {
		a.expression, a.reason = true, "the local machine does not work out expressions of metrics: SetAlarmState sets this alarm"
		a.settings = a.settings.With("Metrics", value.Array(metrics...))
	}
	r.Ignore("ActionsEnabled", "Tags", "Unit")
	bad := func(format string, args ...any) (*alarm, error) {
		return nil, wire.Errorf("ValidationError", format, args...)
	}
	switch {
	case r.Err() != nil:
		return nil, r.Err()
	case a.expression && (a.metric != "" || a.statistic != "" || a.period != 0):
		return bad("an alarm must have either Metrics, or MetricName, Statistic and Period")
	case !a.expression && (a.metric == "" || a.namespace == ""):
		return bad("an alarm must have Namespace and MetricName, or Metrics")
	case !a.expression && !slices.Contains(statistics, a.statistic):
		return bad("Statistic is %q: it must be one of %v", a.statistic, statistics)
	case comparisons[a.comparison] == nil:
		return bad("ComparisonOperator is %q: it must be one of %v", a.comparison, slices.Sorted(maps.Keys(comparisons)))
	case !slices.Contains(missings, a.missing):
		return bad("TreatMissingData is %q: it must be one of %v", a.missing, missings[1:])
	case !a.expression && a.period < 10*time.Second:
		return bad("Period is %v: it must be 10, 20, 30 or a multiple of 60 seconds", a.period)
	case a.periods < 1 || a.need < 1 || a.need > a.periods:
		return bad("EvaluationPeriods is %d and DatapointsToAlarm %d: the first must be at least 1, the second not more than the first", a.periods, a.need)
	}
	return a, nil
}

// evaluate works out the alarm's state of now, from the last periods that have ended; s.mu is held.
func (s *Service) evaluate(a *alarm) {
	if a.expression {
		return
	}
	end := s.clock.Now().Truncate(a.period)
	if !a.set.IsZero() && !end.After(a.set) {
		return // what somebody set holds until a period has ended
	}
	breaching, missing := 0, 0
	for i := range a.periods {
		from := end.Add(-time.Duration(i+1) * a.period)
		v, _, ok := s.within(a.key, from, from.Add(a.period), a.statistic)
		switch {
		case !ok && a.missing == "breaching", ok && comparisons[a.comparison](v, a.threshold):
			breaching++
		case !ok && a.missing != "notBreaching":
			missing++
		}
	}
	switch {
	case breaching >= a.need:
		a.state, a.reason = "ALARM", fmt.Sprintf("Threshold Crossed: %d out of the last %d datapoints crossed the threshold (%v)", breaching, a.periods, a.threshold)
	case missing == a.periods && a.missing != "ignore":
		a.state, a.reason = "INSUFFICIENT_DATA", fmt.Sprintf("Insufficient Data: %d datapoints were unknown.", missing)
	case missing < a.periods:
		a.state, a.reason = "OK", fmt.Sprintf("Threshold Crossed: %d out of the last %d datapoints crossed the threshold (%v), fewer than %d", breaching, a.periods, a.threshold, a.need)
	}
}

func (s *Service) arn(name string) string { return s.account.ARN("cloudwatch", "alarm:"+name) }

func (s *Service) show(a *alarm) value.Value {
	v := a.settings
	for _, m := range []value.Member{
		value.M("AlarmName", value.String(a.name)), value.M("AlarmArn", value.String(s.arn(a.name))), value.M("StateValue", value.String(a.state)),
		value.M("StateReason", value.String(a.reason)), value.M("MetricName", value.String(a.metric)), value.M("Namespace", value.String(a.namespace)),
		value.M("Statistic", value.String(a.statistic)), value.M("Period", value.Int(int(a.period/time.Second))), value.M("EvaluationPeriods", value.Int(a.periods)),
		value.M("DatapointsToAlarm", value.Int(a.need)), value.M("Threshold", value.Float(a.threshold)), value.M("ComparisonOperator", value.String(a.comparison)),
	} {
		v = v.With(m.Name, m.Value)
	}
	if a.expression {
		v = v.Without("MetricName").Without("Namespace").Without("Statistic").Without("Period").Without("Dimensions")
	}
	if a.missing != "" {
		v = v.With("TreatMissingData", value.String(a.missing))
	}
	return v
}

func (s *Service) putAlarm(r *members.Reader) (value.Value, error) {
	a, err := readAlarm(r)
	if err != nil {
		return value.Value{}, err
	}
	if a.name == "" {
		return value.Value{}, wire.Errorf("ValidationError", "AlarmName must not be empty")
	}
	s.alarms[a.name] = a
	return value.Value{}, nil
}

func (s *Service) describeAlarms(r *members.Reader) (value.Value, error) {
	names, state := r.Strings("AlarmNames"), r.String("StateValue")
	r.Ignore("AlarmTypes", "MaxRecords")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	var all []value.Value
	for _, name := range slices.Sorted(maps.Keys(s.alarms)) {
		a := s.alarms[name]
		s.evaluate(a)
		if (len(names) == 0 || slices.Contains(names, name)) && (state == "" || state == a.state) {
			all = append(all, s.show(a))
		}
	}
	return value.Object(value.M("MetricAlarms", value.Array(all...)), value.M("CompositeAlarms", value.Array())), nil
}

func (s *Service) found(name string) (*alarm, error) {
	if a := s.alarms[name]; a != nil {
		return a, nil
	}
	return nil, &wire.Error{Code: "ResourceNotFound", Message: "Unknown alarm " + name, Status: 404}
}

func (s *Service) deleteAlarms(r *members.Reader) (value.Value, error) {
	names := r.Strings("AlarmNames")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	for _, name := range names {
		if _, err := s.found(name); err != nil {
			return value.Value{}, err
		}
	}
	for _, name := range names {
		delete(s.alarms, name)
	}
	return value.Value{}, nil
}

func (s *Service) setState(r *members.Reader) (value.Value, error) {
	a, err := s.found(r.String("AlarmName"))
	state, reason := r.String("StateValue"), r.String("StateReason")
	r.Ignore("StateReasonData")
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	if state != "OK" && state != "ALARM" && state != "INSUFFICIENT_DATA" {
		return value.Value{}, wire.Errorf("ValidationError", "StateValue is %q: it must be OK, ALARM or INSUFFICIENT_DATA", state)
	}
	a.state, a.reason, a.set = state, reason, s.clock.Now()
	return value.Value{}, nil
}

// AlarmType is the resource type of alarms.
const AlarmType = "AWS::CloudWatch::Alarm"

// Types are the resource types that the service provides.
func (s *Service) Types() []string { return []string{AlarmType} }

// Create makes an alarm. Ref is its name; Fn::GetAtt gives Arn.
func (s *Service) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	a, err := readAlarm(members.Properties(r))
	if err != nil {
		return wire.Created{}, err
	}
	if a.name == "" {
		a.name = r.PhysicalName(255)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarms[a.name] = a
	return wire.Created{Ref: a.name, Attributes: map[string]value.Value{"Arn": value.String(s.arn(a.name))}}, nil
}

// Delete removes an alarm that Create made.
func (s *Service) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.alarms, c.Ref)
	return nil
}
