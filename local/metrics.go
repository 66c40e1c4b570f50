package local

import "time"

// functionMetric keeps a figure of a function, for all functions together and for this one, as AWS/Lambda has them.
func (m *Machine) functionMetric(function, resource, name string, v float64, unit string, at time.Time) {
	m.CloudWatch.Put("AWS/Lambda", name, unit, v, at)
	dimensions := []string{"FunctionName", function}
	m.CloudWatch.Put("AWS/Lambda", name, unit, v, at, dimensions...)
	if resource != "" {
		m.CloudWatch.Put("AWS/Lambda", name, unit, v, at, append(dimensions, "Resource", resource)...)
	}
}
