package web

import "github.com/stepwright/stepwright/flow"

// Status are the errors of answers with one of the status codes: web.Status("404", "410"). The cause is the answer's
// body. States.TaskFailed and flow.AnyError take them in as well.
func Status(codes ...string) flow.Errors {
	var out flow.Errors
	for _, c := range codes {
		out = append(out, "States.Http.StatusCode."+c)
	}
	return out
}

// The errors of the HTTP Task, by what to do about them.
var (
	// NoAnswer: none came within 60 seconds.
	NoAnswer = flow.Errors{"States.Http.Socket"}
	// Busy: asking again later may help: too many requests, trouble on the other side, no answer. A request that is not
	// to be done twice needs more care.
	Busy = append(Status("408", "425", "429", "500", "502", "503", "504"), NoAnswer...)
	// BadConnection: the connection cannot be used: it is not authorized yet, its secret or the permission to read it
	// is missing.
	BadConnection = flow.Errors{
		"Events.ConnectionResource.InvalidConnectionState", "Events.ConnectionResource.InvalidPrivateConnectionState",
		"Events.ConnectionResource.AccessDenied", "Events.ConnectionResource.ResourceNotFound",
	}
	// ConnectionBusy: the connection is being authorized or changed; asking again soon may help.
	ConnectionBusy = flow.Errors{
		"Events.ConnectionResource.AuthInProgress", "Events.ConnectionResource.ConcurrentModification", "Events.ConnectionResource.InternalError",
	}
)
