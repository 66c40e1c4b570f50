package shape

// Alarms say "good" when there is no data: no execution is no failure.

// NotEmpty makes an AWS::CloudWatch::Alarm that rings when a queue holds a message.
func NotEmpty(queueName string, actions []string, tags any) Properties {
	p := alarm("A message is waiting in a dead-letter queue", 1, "GreaterThanOrEqualToThreshold", actions, tags)
	p["Namespace"], p["MetricName"], p["Statistic"], p["Period"] = "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 300
	p["Dimensions"] = []any{Properties{"Name": "QueueName", "Value": queueName}}
	return p
}

// TooManyFailures makes an alarm that rings when more than percent of a machine's
// executions failed, timed out or were aborted within 15 minutes.
func TooManyFailures(machineARN string, percent float64, actions []string, tags any) Properties {
	p := alarm("Too many executions fail", percent, "GreaterThanThreshold", actions, tags)
	var metrics []any
	for _, m := range []struct{ id, name string }{
		{"failed", "ExecutionsFailed"},
		{"timedOut", "ExecutionsTimedOut"},
		{"aborted", "ExecutionsAborted"},
		{"succeeded", "ExecutionsSucceeded"},
	} {
		metrics = append(metrics, Properties{"Id": m.id, "ReturnData": false, "MetricStat": Properties{
			"Stat": "Sum", "Period": 900,
			"Metric": Properties{
				"Namespace": "AWS/States", "MetricName": m.name,
				"Dimensions": []any{Properties{"Name": "StateMachineArn", "Value": machineARN}},
			},
		}})
	}
	const bad = "FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)"
	p["Metrics"] = append(metrics, Properties{
		"Id": "ratio", "Label": "Failed executions in percent", "ReturnData": true,
		"Expression": "100 * (" + bad + ") / (" + bad + " + FILL(succeeded, 0))",
	})
	return p
}

func alarm(description string, threshold float64, operator string, actions []string, tags any) Properties {
	p := Properties{
		"AlarmDescription": description, "EvaluationPeriods": 1, "Threshold": threshold,
		"ComparisonOperator": operator, "TreatMissingData": "notBreaching", "Tags": tags,
	}
	if len(actions) > 0 {
		p["AlarmActions"] = actions
	}
	return p
}
