package shape

import "maps"

// Properties are a resource's properties, as CloudFormation takes them. A nil value is
// left out by the CDK.
type Properties = map[string]any

// A Machine is what makes an AWS::StepFunctions::StateMachine.
type Machine struct {
	Type          string // STANDARD or EXPRESS
	RoleARN       string
	Definition    string
	Substitutions map[string]string
	Level         string // ALL, ERROR, FATAL or OFF
	LogGroupARN   string // ends in ":*", as the service wants it
	Tags          any
}

// Properties of the machine. Traces are always on; the log holds input and output only
// when it holds everything.
func (m Machine) Properties() Properties {
	p := Properties{
		"StateMachineType":     m.Type,
		"RoleArn":              m.RoleARN,
		"DefinitionString":     m.Definition,
		"TracingConfiguration": Properties{"Enabled": true},
		"LoggingConfiguration": Properties{"Level": m.Level},
		"Tags":                 m.Tags,
	}
	if m.Level != "OFF" {
		p["LoggingConfiguration"] = Properties{
			"Level":                m.Level,
			"IncludeExecutionData": m.Level == "ALL",
			"Destinations":         []any{Properties{"CloudWatchLogsLogGroup": Properties{"LogGroupArn": m.LogGroupARN}}},
		}
	}
	if len(m.Substitutions) > 0 {
		values := Properties{}
		for name, v := range m.Substitutions {
			values[name] = v
		}
		p["DefinitionSubstitutions"] = values
	}
	return p
}

// A Function is what makes an AWS::Lambda::Function of one handler.
type Function struct {
	Handler     string // what _HANDLER will be
	Bucket, Key string // of the code
	RoleARN     string
	LogGroup    string // its name
	Memory      int    // MB; 0 is 256
	Timeout     int    // seconds; 0 is 30
	Environment map[string]string
	Tags        any
}

// Properties of the function: Go on arm64, traced, logging JSON into its own group.
func (f Function) Properties() Properties {
	p := Properties{
		"Runtime":       "provided.al2023",
		"Handler":       f.Handler,
		"Architectures": []string{"arm64"},
		"Code":          Properties{"S3Bucket": f.Bucket, "S3Key": f.Key},
		"MemorySize":    orElse(f.Memory, 256),
		"Timeout":       orElse(f.Timeout, 30),
		"Role":          f.RoleARN,
		"TracingConfig": Properties{"Mode": "Active"},
		"LoggingConfig": Properties{"LogGroup": f.LogGroup, "LogFormat": "JSON"},
		"Tags":          f.Tags,
	}
	if len(f.Environment) > 0 {
		p["Environment"] = Properties{"Variables": maps.Clone(f.Environment)}
	}
	return p
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// LogGroup makes an AWS::Logs::LogGroup. An empty name leaves it to CloudFormation.
func LogGroup(name string, days int, tags any) Properties {
	p := Properties{"RetentionInDays": days, "Tags": tags}
	if name != "" {
		p["LogGroupName"] = name
	}
	return p
}

// Policy makes an AWS::IAM::Policy of one role.
func Policy(name, role string, document map[string]any) Properties {
	return Properties{"PolicyName": name, "Roles": []string{role}, "PolicyDocument": document}
}

// A Rule is what makes an AWS::Events::Rule that starts a machine.
type Rule struct {
	Pattern    Properties
	TargetID   string
	MachineARN string
	RoleARN    string
	QueueARN   string // of undeliverable events; empty for none
	Attempts   int    // 0 is 24
	Age        int    // seconds; 0 is an hour
	Tags       any
}

// Properties of the rule. The event goes to the machine as it is.
func (r Rule) Properties() Properties {
	target := Properties{
		"Id": r.TargetID, "Arn": r.MachineARN, "RoleArn": r.RoleARN,
		"RetryPolicy": Properties{"MaximumRetryAttempts": orElse(r.Attempts, 24), "MaximumEventAgeInSeconds": orElse(r.Age, 3600)},
	}
	if r.QueueARN != "" {
		target["DeadLetterConfig"] = Properties{"Arn": r.QueueARN}
	}
	return Properties{"EventPattern": r.Pattern, "State": "ENABLED", "Targets": []any{target}, "Tags": r.Tags}
}

// ObjectCreated is the pattern of the event that S3 sends for a new object whose key
// matches one of the wildcards.
func ObjectCreated(bucket string, keys ...string) Properties {
	detail := Properties{"bucket": Properties{"name": []string{bucket}}}
	if len(keys) > 0 {
		patterns := make([]any, len(keys))
		for i, k := range keys {
			patterns[i] = Properties{"wildcard": k}
		}
		detail["object"] = Properties{"key": patterns}
	}
	return Properties{"source": []string{"aws.s3"}, "detail-type": []string{"Object Created"}, "detail": detail}
}

// ExecutionStatus is the pattern of the event that Step Functions sends when an
// execution of a machine reaches one of the statuses.
func ExecutionStatus(machineARN string, statuses ...string) Properties {
	return Properties{
		"source": []string{"aws.states"}, "detail-type": []string{"Step Functions Execution Status Change"},
		"detail": Properties{"stateMachineArn": []string{machineARN}, "status": statuses},
	}
}
