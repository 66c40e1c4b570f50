package cloudwatch_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/cloudwatch"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// An alarm follows its metric, period by period:
// docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html.
func TestAlarmFollowsItsMetric(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, missing string
		sums          []float64 // of the periods, negative for no point
		want          string
	}{
		{"below", "missing", []float64{1, 1}, "OK"},
		{"one of two", "missing", []float64{1, 5}, "OK"},
		{"both", "missing", []float64{5, 6}, "ALARM"},
		{"nothing known", "missing", []float64{-1, -1}, "INSUFFICIENT_DATA"},
		{"nothing is well", "notBreaching", []float64{-1, -1}, "OK"},
		{"nothing is bad", "breaching", []float64{-1, -1}, "ALARM"},
		{"nothing changes it", "ignore", []float64{-1, -1}, "INSUFFICIENT_DATA"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			time0 := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			c := clock.NewVirtual(time0)
			s := cloudwatch.New(wiretest.Account, c)
			call(t, s, "PutMetricAlarm", `{"AlarmName":"a","Namespace":"N","MetricName":"M","Statistic":"Sum","Period":60,"EvaluationPeriods":2,"Threshold":2,
				"ComparisonOperator":"GreaterThanThreshold","Dimensions":[{"Name":"D","Value":"d"}],"TreatMissingData":"`+tt.missing+`"}`)
			for _, sum := range tt.sums {
				if sum >= 0 {
					s.Put("N", "M", "Count", sum-1, c.Now(), "D", "d")
					s.Put("N", "M", "Count", 1, c.Now(), "D", "d")
					s.Put("N", "M", "Count", 100, c.Now()) // another metric
				}
				c.Advance(time.Minute)
			}
			if got := call(t, s, "DescribeAlarms", `{}`).Get("MetricAlarms").Index(0).Get("StateValue").Str(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// An alarm on an expression of metrics is kept, and says that it is not worked out.
func TestAlarmOnAnExpression(t *testing.T) {
	t.Parallel()
	s := cloudwatch.New(wiretest.Account, clock.NewVirtual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
	call(t, s, "PutMetricAlarm", `{"AlarmName":"a","EvaluationPeriods":1,"Threshold":5,"ComparisonOperator":"GreaterThanThreshold",
		"Metrics":[{"Id":"all","Expression":"failed+aborted"},{"Id":"failed","ReturnData":false},{"Id":"aborted","ReturnData":false}]}`)
	a := call(t, s, "DescribeAlarms", `{}`).Get("MetricAlarms").Index(0)
	if a.Get("StateValue").Str() != "INSUFFICIENT_DATA" || a.Get("Metrics").Len() != 3 || a.Get("MetricName").Exists() ||
		!strings.Contains(a.Get("StateReason").Str(), "does not work out expressions") {
		t.Errorf("the alarm is %s", a)
	}
	call(t, s, "SetAlarmState", `{"AlarmName":"a","StateValue":"ALARM","StateReason":"tried"}`)
	if got := call(t, s, "DescribeAlarms", `{}`).Get("MetricAlarms").Index(0).Get("StateValue").Str(); got != "ALARM" {
		t.Errorf("got %s", got)
	}
}

func TestStatistics(t *testing.T) {
	t.Parallel()
	c := clock.NewVirtual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	s := cloudwatch.New(wiretest.Account, c)
	for _, v := range []float64{1, 2, 6} {
		s.Put("N", "M", "Count", v, c.Now())
	}
	out := call(t, s, "GetMetricStatistics", `{"Namespace":"N","MetricName":"M","StartTime":"2026-03-01T12:00:00Z","EndTime":"2026-03-01T12:05:00Z","Period":60,
		"Statistics":["Sum","Average","Minimum","Maximum","SampleCount"]}`)
	want := `[{"Timestamp":"2026-03-01T12:00:00Z","Sum":9,"Unit":"Count","Average":3,"Minimum":1,"Maximum":6,"SampleCount":3}]`
	if got := out.Get("Datapoints").String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := cloudwatch.New(wiretest.Account, clock.Real())
	for _, tt := range []struct{ action, in, code string }{
		{"PutMetricData", `{"Namespace":"AWS/Lambda","MetricData":[]}`, "InvalidParameterValue"},
		{"PutMetricData", `{"Namespace":"N","MetricData":[{"MetricName":"M"}]}`, "InvalidParameterValue"},
		{"PutMetricData", `{"Namespace":"N","MetricData":[{"MetricName":"M","StatisticValues":{}}]}`, "ValidationException"},
		{"PutMetricAlarm", `{"AlarmName":"a","Metrics":[]}`, "ValidationError"},
		{"PutMetricAlarm", `{"AlarmName":"a","MetricName":"M","Metrics":[{"Id":"m1"}]}`, "ValidationError"},
		{"PutMetricAlarm", `{"AlarmName":"a","Namespace":"N","MetricName":"M","Statistic":"p99"}`, "ValidationError"},
		{"SetAlarmState", `{"AlarmName":"a","StateValue":"OK","StateReason":"x"}`, "ResourceNotFound"},
		{"DeleteAlarms", `{"AlarmNames":["a"]}`, "ResourceNotFound"},
		{"PutDashboard", `{}`, "UnknownOperationException"},
	} {
		_, err := s.Call(t.Context(), tt.action, value.MustParse(tt.in))
		if e := wire.AsError(err, "none"); e == nil || e.Code != tt.code {
			t.Errorf("%s %s gave %v, want %s", tt.action, tt.in, err, tt.code)
		}
	}
}

func call(t *testing.T, s *cloudwatch.Service, action, in string) value.Value {
	t.Helper()
	out, err := s.Call(t.Context(), action, value.MustParse(in))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
