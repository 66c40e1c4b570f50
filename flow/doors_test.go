package flow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/integration"
)

// TestDoors goes through the whole table of integrations: every optimized action in every pattern that it offers, and
// every service of the AWS SDK, plain and with a token. flow.Do, flow.Await and awssdk.Call reach them all, and what
// an integration does not offer, or is misspelt, is said with a suggestion.
func TestDoors(t *testing.T) {
	t.Parallel()
	patterns := []integration.Pattern{integration.RequestResponse, integration.RunJob, integration.RunJob2, integration.WaitForTaskToken}
	actions, offered := 0, 0
	for i := range integration.All() {
		actions++
		for _, p := range patterns {
			resource := "arn:aws:states:::" + i.Service + ":" + i.Action + suffix(p)
			standard, express := door(resource, i)
			if !i.Supports(p) {
				expect(t, resource, standard, "unknown-resource", diag.Error, "it offers")
				continue
			}
			offered++
			expect(t, resource, standard, "", 0, "")
			switch p {
			case integration.RequestResponse:
				expect(t, resource+" in an Express workflow", express, "", 0, "")
			case integration.WaitForTaskToken:
				expect(t, resource+" in an Express workflow", express, "express-callback", diag.Error, "flow.Standard")
			default:
				expect(t, resource+" in an Express workflow", express, "express-job", diag.Error, "flow.Standard")
			}
		}
		misspelt := "arn:aws:states:::" + i.Service + ":" + i.Action + "x"
		standard, _ := door(misspelt, i)
		expect(t, misspelt, standard, "unknown-resource", diag.Error, "did you mean "+i.Action+"?")
	}
	services := 0
	for s := range integration.Services() {
		services++
		for _, found := range []diag.List{sdkDoor(s.Name+":describeThing", false), sdkDoor(s.Name+":describeThing", true)} {
			if s.RemovedOn == "" {
				expect(t, s.Name, found, "", 0, "")
			} else {
				expect(t, s.Name, found, "unknown-resource", diag.Warning, "call it from a Lambda function")
			}
		}
		expect(t, s.Name+" in capitals", sdkDoor(s.Name+":DescribeThing", false), "unknown-resource", diag.Error, "write aws-sdk:"+s.Name+":describeThing")
		for _, operation := range s.Unsupported {
			action := strings.ToLower(operation[:1]) + operation[1:]
			expect(t, s.Name+":"+action, sdkDoor(s.Name+":"+action, false), "unknown-resource", diag.Error, "call it from a Lambda function")
		}
	}
	if actions < 64 || offered < 100 || services < 431 {
		t.Errorf("%d actions, %d forms of them, %d services", actions, offered, services)
	}
	expect(t, "a service that nobody knows", sdkDoor("dynamodbb:query", false), "unknown-resource", diag.Warning, "did you mean dynamodb?")
	t.Logf("%d actions in %d forms, %d services", actions, offered, services)
}

func suffix(p integration.Pattern) string {
	if p == integration.RequestResponse {
		return ""
	}
	return p.Suffix()
}

// door is what the build says of a workflow with one Task, with the arguments that the action insists on.
func door(resource string, i *integration.Integration) (standard, express diag.List) {
	args := map[string]any{}
	for _, p := range i.Parameters {
		if p.Required {
			args[p.Name] = map[string]any{}
		}
	}
	body := func(f *flow.Flow, o *Order) *Receipt {
		if plain, ok := strings.CutSuffix(resource, ".waitForTaskToken"); ok {
			return flow.Await(f, "Call", func(token *run.Token[Receipt]) flow.Call {
				args["Order"], args["Token"] = o, token
				return flow.Call{Resource: plain, Args: args}
			})
		}
		args["Order"] = o
		return flow.Do[Receipt](f, "Call", flow.Call{Resource: resource, Args: args})
	}
	_, standard = flow.Standard("Door", body).Build()
	_, express = flow.Express("Door", body).Build()
	return standard, express
}

// sdkDoor is door for the AWS SDK integrations.
func sdkDoor(action string, await bool) diag.List {
	_, found := flow.Standard("Door", func(f *flow.Flow, o *Order) *Receipt {
		if await {
			return awssdk.CallAwait(f, "Call", action, func(token *run.Token[Receipt]) any { return map[string]any{"Token": token, "Id": &o.ID} })
		}
		return awssdk.Call[Receipt](f, "Call", action, map[string]any{"Id": &o.ID})
	}).Build()
	return found
}

// expect compares diagnostics with the one that there must be, or with none.
func expect(t *testing.T, what string, found diag.List, code string, severity diag.Severity, hint string) {
	t.Helper()
	switch {
	case code == "" && len(found) > 0:
		t.Errorf("%s: %v", what, found)
	case code == "":
	case !slices.ContainsFunc(found, func(d diag.Diagnostic) bool {
		return d.Code == code && d.Severity == severity && strings.Contains(d.Hint, hint) && d.State == "Call" && strings.HasPrefix(d.Source, "flow/doors_test.go:")
	}):
		t.Errorf("%s: got %v, want %s with the hint %q", what, found, code, hint)
	}
}
