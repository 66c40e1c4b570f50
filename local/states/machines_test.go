package states_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

func TestStateMachine(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "P", pass, func(in *sfn.CreateStateMachineInput) {
		in.LoggingConfiguration = &types.LoggingConfiguration{
			Level: types.LogLevelAll, IncludeExecutionData: true,
			Destinations: []types.LogDestination{{CloudWatchLogsLogGroup: &types.CloudWatchLogsLogGroup{LogGroupArn: new(group)}}},
		}
	})
	d, err := m.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(d.Definition) != pass || d.Status != types.StateMachineStatusActive || d.Type != types.StateMachineTypeStandard || d.RevisionId != nil ||
		d.LoggingConfiguration.Level != types.LogLevelAll || aws.ToString(d.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn) != group || d.TracingConfiguration.Enabled {
		t.Errorf("got %+v", d)
	}
	u, err := m.UpdateStateMachine(t.Context(), &sfn.UpdateStateMachineInput{StateMachineArn: &arn, Definition: new(fail)})
	if err != nil || u.RevisionId == nil {
		t.Fatalf("got %+v, %v", u, err)
	}
	same, err := m.UpdateStateMachine(t.Context(), &sfn.UpdateStateMachineInput{StateMachineArn: &arn, Definition: new(fail)})
	if err != nil || aws.ToString(same.RevisionId) != *u.RevisionId {
		t.Errorf("an equal update gave %+v, %v", same, err)
	}
	x := m.run(t, arn, `{}`)
	if x.Status != "FAILED" {
		t.Errorf("the update is not in force: %+v", x)
	}
	of, err := m.DescribeStateMachineForExecution(t.Context(), &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: &x.Arn})
	if err != nil || aws.ToString(of.Definition) != fail || aws.ToString(of.RevisionId) != *u.RevisionId {
		t.Errorf("got %+v, %v", of, err)
	}
}

func TestCreateAgain(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "P", pass)
	if again := m.create(t, "P", pass, func(in *sfn.CreateStateMachineInput) { in.RoleArn = new(role + "2") }); again != arn {
		t.Errorf("got %s", again)
	}
	_, err := m.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: new("P"), Definition: new(fail), RoleArn: new(role)})
	wiretest.Refused(t, err, "StateMachineAlreadyExists", "State Machine Already Exists: '"+arn+"'")
	_, err = m.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{Name: new("P"), Definition: new(pass), RoleArn: new(role), Type: types.StateMachineTypeExpress})
	wiretest.Refused(t, err, "StateMachineAlreadyExists", "State Machine Already Exists: '"+arn+"'")
}

func TestDeleteStopsExecutions(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "W", wait)
	out, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &arn}); err != nil {
		t.Fatal(err)
	}
	x, err := m.Wait(t.Context(), *out.ExecutionArn)
	if err != nil || x.Status != "ABORTED" {
		t.Errorf("got %+v, %v", x, err)
	}
	if _, err := m.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &arn}); err != nil {
		t.Errorf("deleting an unknown machine: %v", err)
	}
	_, err = m.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: new(arn + ":1")})
	wiretest.Refused(t, err, "ValidationException", "without version or alias")
}

func TestCreateErrors(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	logs := func(arn string, n int) *types.LoggingConfiguration {
		c := &types.LoggingConfiguration{Level: types.LogLevelError}
		for range n {
			c.Destinations = append(c.Destinations, types.LogDestination{CloudWatchLogsLogGroup: &types.CloudWatchLogsLogGroup{LogGroupArn: &arn}})
		}
		return c
	}
	tests := []struct {
		title         string
		in            sfn.CreateStateMachineInput
		code, message string
	}{
		{"name", sfn.CreateStateMachineInput{Name: new("a/b")}, "InvalidName", "Invalid Name: 'a/b'"},
		{"no JSON", sfn.CreateStateMachineInput{Definition: new("not")}, "InvalidDefinition", "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: "},
		{"empty", sfn.CreateStateMachineInput{Definition: new(" ")}, "InvalidDefinition", "'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at /'"},
		{"no states", sfn.CreateStateMachineInput{Definition: new(`{"StartAt":"A"}`)}, "InvalidDefinition", "SCHEMA_VALIDATION_FAILED: "},
		{"unknown target", sfn.CreateStateMachineInput{Definition: new(`{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"B"}],"Default":"S"},"S":{"Type":"Succeed"}}}`)}, "InvalidDefinition", " at /States/A/Choices[0]/Next"},
		{"intrinsic function", sfn.CreateStateMachineInput{Definition: new(`{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"id.$":"States.UUID('x')"},"End":true}}}`)}, "InvalidDefinition", "'SCHEMA_VALIDATION_FAILED: States.UUID has 1 argument; expected 0"},
		{"express callback", sfn.CreateStateMachineInput{Type: types.StateMachineTypeExpress, Definition: new(`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{},"End":true}}}`)}, "InvalidDefinition", "Express state machine does not support '.waitForTaskToken' service integration"},
		{"role", sfn.CreateStateMachineInput{RoleArn: new("role")}, "InvalidArn", "Invalid ARN prefix: role"},
		{"log group", sfn.CreateStateMachineInput{LoggingConfiguration: logs("arn:aws:logs:eu-north-1:111122223333:log-group:x", 1)}, "InvalidLoggingConfiguration", "must end with :*"},
		{"no log group", sfn.CreateStateMachineInput{LoggingConfiguration: logs("", 0)}, "InvalidLoggingConfiguration", "Must specify exactly one Log Destination."},
		{"two log groups", sfn.CreateStateMachineInput{LoggingConfiguration: logs(group, 2)}, "InvalidLoggingConfiguration", "Exactly one destination"},
		{"type", sfn.CreateStateMachineInput{Type: "FAST"}, "ValidationException", "Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]"},
		{"description", sfn.CreateStateMachineInput{VersionDescription: new("x")}, "ValidationException", "Version description can only be set when publish is true"},
		{"publish", sfn.CreateStateMachineInput{Publish: true}, "ValidationException", "Publishing versions is not supported yet by the local machine"},
	}
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			t.Parallel()
			in := tt.in
			if in.Name == nil {
				in.Name = new("X")
			}
			if in.Definition == nil {
				in.Definition = new(pass)
			}
			if in.RoleArn == nil {
				in.RoleArn = new(role)
			}
			_, err := m.CreateStateMachine(t.Context(), &in)
			wiretest.Refused(t, err, tt.code, tt.message)
		})
	}
}

func TestListStateMachines(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for _, name := range []string{"C", "A", "B"} {
		m.create(t, name, pass)
	}
	var names []string
	pages := sfn.NewListStateMachinesPaginator(m.Client, &sfn.ListStateMachinesInput{MaxResults: 2})
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.StateMachines {
			names = append(names, *s.Name)
		}
	}
	if got := strings.Join(names, ""); got != "CAB" {
		t.Errorf("got %s", got)
	}
}

func TestUpdateErrors(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "P", pass)
	_, err := m.UpdateStateMachine(t.Context(), &sfn.UpdateStateMachineInput{StateMachineArn: &arn})
	wiretest.Refused(t, err, "MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
	_, err = m.UpdateStateMachine(t.Context(), &sfn.UpdateStateMachineInput{StateMachineArn: &arn, Definition: new(`{}`)})
	wiretest.Refused(t, err, "InvalidDefinition", "Invalid State Machine Definition")
}

func TestValidateDefinition(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	out, err := m.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: new(pass)})
	if err != nil || out.Result != types.ValidateStateMachineDefinitionResultCodeOk || len(out.Diagnostics) != 0 {
		t.Errorf("got %+v, %v", out, err)
	}
	out, err = m.ValidateStateMachineDefinition(t.Context(), &sfn.ValidateStateMachineDefinitionInput{Definition: new(`{"StartAt":"A","States":{"A":{"Type":"Pass","Colour":1,"Size":2,"End":true}}}`), MaxResults: 1})
	if err != nil || out.Result != types.ValidateStateMachineDefinitionResultCodeFail || len(out.Diagnostics) != 1 || !aws.ToBool(out.Truncated) {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	r := wire.Resource{Stack: "Photos", LogicalID: "Tagging", Type: "AWS::StepFunctions::StateMachine", Properties: value.MustParse(`{
		"DefinitionString": "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Result\":\"${Table} ${N} ${Other}\",\"End\":true}}}",
		"DefinitionSubstitutions": {"Table": "Photos-1", "N": 3}, "StateMachineType": "STANDARD", "RoleArn": "` + role + `",
		"TracingConfiguration": {"Enabled": "true"},
		"LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": true, "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": "` + group + `"}}]}}`)}
	c, err := m.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(c.Attributes["Name"].Str(), "Photos-Tagging-") || c.Attributes["Arn"].Str() != c.Ref {
		t.Errorf("created %+v", c)
	}
	if x := m.run(t, c.Ref, `{}`); x.Output.Str() != "Photos-1 3 ${Other}" {
		t.Errorf("got %s", x.Output)
	}
	d, err := m.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &c.Ref})
	if err != nil || !d.TracingConfiguration.Enabled || !d.LoggingConfiguration.IncludeExecutionData {
		t.Errorf("got %+v, %v", d, err)
	}
	if err := m.Delete(t.Context(), r, c); err != nil {
		t.Fatal(err)
	}
	if _, err := m.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &c.Ref}); err == nil {
		t.Error("a deleted machine is described")
	}
}

func TestProviderRefuses(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	for properties, want := range map[string]string{
		`{"DefinitionS3Location": {}}`: "property DefinitionS3Location of a state machine is not supported yet",
		`{}`:                           "property DefinitionString is missing",
		`{"DefinitionString": "{}", "Definition": {"a": 1}}`:               "exclude each other",
		`{"DefinitionString": "{}", "DefinitionSubstitutions": {"A": []}}`: "property DefinitionSubstitutions.A is array",
		`{"DefinitionString": "{}", "RoleArn": "` + role + `"}`:            "Invalid State Machine Definition",
	} {
		_, err := m.Create(t.Context(), wire.Resource{Stack: "S", LogicalID: "M", Properties: value.MustParse(properties)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want …%s…", properties, err, want)
		}
	}
}
