// Package cloudwatch is CloudWatch's metrics and alarms on the local machine, in memory.
//
// It answers PutMetricData, ListMetrics, GetMetricStatistics, PutMetricAlarm, DescribeAlarms, DeleteAlarms and
// SetAlarmState; any other action, and any parameter that none of them reads, is an error that names it. An alarm's
// state is worked out when it is asked for, from the periods that have ended; actions are kept and shown, and not
// carried out. A metric keeps its last 10,000 points.
package cloudwatch

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Service holds the metrics and alarms of an account. It is safe for any number of goroutines.
type Service struct {
	account     wire.Account
	clock       clock.Clock
	query, json http.Handler

	mu      sync.Mutex
	metrics map[string]*metric
	alarms  map[string]*alarm
}

// A metric is the points of one name with its dimensions, oldest first.
type metric struct {
	namespace, name string
	dimensions      value.Value // a list of Name and Value, sorted
	points          []point
}

type point struct {
	at   time.Time
	v    float64
	unit string
}

const maxPoints = 10000

// New gives a service without metrics.
func New(account wire.Account, c clock.Clock) *Service {
	s := &Service{account: account, clock: c, metrics: map[string]*metric{}, alarms: map[string]*alarm{}}
	s.query = wire.QueryFront("http://monitoring.amazonaws.com/doc/2010-08-01/", s)
	s.json = wire.JSONFront("GraniteServiceVersion20100801", "1.0", s)
	return s
}

// Name is "monitoring".
func (s *Service) Name() string { return "monitoring" }

// ServeHTTP answers in AWS's Query protocol, and in JSON 1.0.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") != "" {
		s.json.ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/service/") {
		wire.WriteJSONError(w, wire.Errorf("UnsupportedMediaTypeException", "%s: the local machine's CloudWatch speaks the protocols Query and JSON 1.0, not Smithy RPC v2 CBOR", r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]))
		return
	}
	s.query.ServeHTTP(w, r)
}

var operations = map[string]func(*Service, *members.Reader) (value.Value, error){
	"PutMetricData": (*Service).put, "ListMetrics": (*Service).list, "GetMetricStatistics": (*Service).statistics,
	"PutMetricAlarm": (*Service).putAlarm, "DescribeAlarms": (*Service).describeAlarms, "DeleteAlarms": (*Service).deleteAlarms, "SetAlarmState": (*Service).setState,
}

// Call runs one action, with the members of CloudWatch's API. Errors are *wire.Error.
func (s *Service) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("CloudWatch", action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return op(s, members.Read(action, in))
}

// Put adds a point to a metric; dimensions are pairs of name and value.
func (s *Service) Put(namespace, name, unit string, v float64, at time.Time, dimensions ...string) {
	var all []value.Value
	for pair := range slices.Chunk(dimensions, 2) {
		all = append(all, value.Object(value.M("Name", value.String(pair[0])), value.M("Value", value.String(pair[1]))))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(namespace, name, all, point{at, v, unit})
}

// add is Put; s.mu is held.
func (s *Service) add(namespace, name string, dimensions []value.Value, p point) {
	key, list := identity(namespace, name, dimensions)
	m := s.metrics[key]
	if m == nil {
		m = &metric{namespace: namespace, name: name, dimensions: list}
		s.metrics[key] = m
	}
	if len(m.points) == maxPoints {
		m.points = slices.Delete(m.points, 0, maxPoints/10)
	}
	m.points = append(m.points, p)
}

// identity tells metrics apart; the order of dimensions does not matter.
func identity(namespace, name string, dimensions []value.Value) (string, value.Value) {
	sorted := slices.SortedFunc(slices.Values(dimensions), func(a, b value.Value) int { return strings.Compare(a.Get("Name").Str(), b.Get("Name").Str()) })
	list := value.Array(sorted...)
	return namespace + "\x00" + name + "\x00" + list.String(), list
}

func (s *Service) put(r *members.Reader) (value.Value, error) {
	namespace, data := r.String("Namespace"), r.Array("MetricData")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if namespace == "" || strings.HasPrefix(namespace, "AWS/") {
		return value.Value{}, wire.Errorf("InvalidParameterValue", "The value %s for parameter Namespace is invalid: it must not be empty or begin with AWS/", namespace)
	}
	for _, d := range data {
		in := members.Read("a metric's data", d)
		name, v, unit, dimensions := in.String("MetricName"), in.Float("Value", math.NaN()), in.String("Unit"), in.Array("Dimensions")
		at := s.clock.Now()
		if in.Has("Timestamp") {
			var err error
			if at, err = readTime(in.Value("Timestamp")); err != nil {
				return value.Value{}, err
			}
		}
		in.Ignore("StorageResolution")
		if err := in.Err(); err != nil {
			return value.Value{}, err
		}
		if name == "" || math.IsNaN(v) || math.IsInf(v, 0) {
			return value.Value{}, wire.Errorf("InvalidParameterValue", "a metric's data must have MetricName and Value, which must be a number")
		}
		s.add(namespace, name, dimensions, point{at, v, unit})
	}
	return value.Value{}, nil
}

// readTime reads a time as the protocols write it: seconds since 1970, or RFC 3339.
func readTime(v value.Value) (time.Time, error) {
	if v.IsNumber() {
		return time.UnixMilli(int64(v.Float() * 1000)), nil
	}
	t, err := time.Parse(time.RFC3339Nano, v.Str())
	if err != nil {
		return t, wire.Errorf("InvalidParameterValue", "the time %s must be as in 2026-01-02T03:04:05Z", v)
	}
	return t, nil
}

func (s *Service) sorted() []*metric {
	keys := make([]string, 0, len(s.metrics))
	for k := range s.metrics {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	all := make([]*metric, len(keys))
	for i, k := range keys {
		all[i] = s.metrics[k]
	}
	return all
}

func (s *Service) list(r *members.Reader) (value.Value, error) {
	namespace, name := r.String("Namespace"), r.String("MetricName")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	var all []value.Value
	for _, m := range s.sorted() {
		if (namespace == "" || m.namespace == namespace) && (name == "" || m.name == name) {
			all = append(all, value.Object(value.M("Namespace", value.String(m.namespace)), value.M("MetricName", value.String(m.name)), value.M("Dimensions", m.dimensions)))
		}
	}
	return value.Object(value.M("Metrics", value.Array(all...))), nil
}

// within gives one statistic of a metric in [from, until); ok is false when there is no point.
func (s *Service) within(key string, from, until time.Time, statistic string) (v float64, unit string, ok bool) {
	m := s.metrics[key]
	if m == nil {
		return 0, "", false
	}
	var n, sum float64
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range m.points {
		if !p.at.Before(from) && p.at.Before(until) {
			n, sum, low, high, unit = n+1, sum+p.v, min(low, p.v), max(high, p.v), p.unit
		}
	}
	all := map[string]float64{"Sum": sum, "SampleCount": n, "Average": sum / n, "Minimum": low, "Maximum": high}
	return all[statistic], unit, n > 0
}

var statistics = []string{"SampleCount", "Average", "Sum", "Minimum", "Maximum"}

func (s *Service) statistics(r *members.Reader) (value.Value, error) {
	name, wanted, period := r.String("MetricName"), r.Strings("Statistics"), time.Duration(r.Int("Period", 0))*time.Second
	key, _ := identity(r.String("Namespace"), name, r.Array("Dimensions"))
	from, err := readTime(r.Value("StartTime"))
	if err != nil {
		return value.Value{}, err
	}
	until, err := readTime(r.Value("EndTime"))
	if err != nil {
		return value.Value{}, err
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	for _, w := range wanted {
		if !slices.Contains(statistics, w) {
			return value.Value{}, wire.Errorf("InvalidParameterValue", "Statistics has %q: it must be one of %v", w, statistics)
		}
	}
	if period < time.Second || until.Sub(from)/period > 1440 {
		return value.Value{}, wire.Errorf("InvalidParameterCombination", "Period must be at least a second, and give at most 1,440 datapoints")
	}
	var points []value.Value
	for at := from.Truncate(period); at.Before(until); at = at.Add(period) {
		p := value.Object(value.M("Timestamp", value.String(at.UTC().Format(time.RFC3339))))
		for _, w := range wanted {
			if v, unit, ok := s.within(key, at, at.Add(period), w); ok {
				p = p.With(w, value.Float(v)).With("Unit", value.String(unit))
			}
		}
		if len(p.Names()) > 1 {
			points = append(points, p)
		}
	}
	return value.Object(value.M("Label", value.String(name)), value.M("Datapoints", value.Array(points...))), nil
}
