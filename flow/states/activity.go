package states

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
)

// An Activity is work that is done by workers of your own, wherever they run: they fetch it with GetActivityTask and
// answer with SendTaskSuccess or SendTaskFailure. It takes an In and gives an Out.
type Activity[In, Out any] struct{ flow.Resource }

// ActivityOf declares an activity. In documents it is ${name}, its ARN.
func ActivityOf[In, Out any](name string) *Activity[In, Out] {
	return &Activity[In, Out]{flow.Resource{Kind: flow.KindActivity, Name: name}}
}

// Ask hands work to an activity's workers and waits for what they give. Nobody may ever fetch it: give the step a
// Timeout, which counts from now, or a Heartbeat. A worker that refuses fails the step with the error it names. Only
// Standard workflows can wait for activities.
func Ask[In, Out any](f *flow.Flow, name string, activity *Activity[In, Out], in *In, opts ...flow.TaskOption) *Out {
	return flow.Do[Out](f, name, flow.Call{Resource: *activity.Ref(), Args: flow.Lazy(func(c *flow.Ctx) any {
		e := c.Value(in)
		c.Need(e, "the work")
		if isObject(reflect.TypeFor[In]()) {
			return e
		}
		return c.JSONata("$1", e) // Arguments are an object or an expression
	})}, opts...)
}
