package flowtest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A post carries answers to tokens between the executions of one test: a workflow that another one has started with
// its token answers it, and branches answer each other.
type post struct {
	mu   sync.Mutex
	sent map[string]*letter // by token
}

// A letter is what was sent for a token that an execution around waits for.
type letter struct {
	heartbeats []time.Time
	at         time.Time
	result     *engine.Result
}

// expect notes that somebody waits for a token.
func (p *post) expect(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent[token] = &letter{}
}

// send keeps what a task sends for a token; ok is false if nobody waits for it.
func (p *post) send(token string, at time.Time, heartbeat bool, r engine.Result) (ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.sent[token]
	switch {
	case l == nil || l.result != nil:
		return false
	case heartbeat:
		l.heartbeats = append(l.heartbeats, at)
	default:
		l.at, l.result = at, &r
	}
	return true
}

// read is what was sent for a token, as the answer to a call made now.
func (p *post) read(token string, now time.Time) engine.Result {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.sent[token]
	if l == nil {
		return engine.Result{Never: true}
	}
	r := engine.Result{Never: true}
	if l.result != nil {
		r = *l.result
		r.After = l.at.Sub(now)
	}
	for _, at := range l.heartbeats {
		r.Heartbeats = append(r.Heartbeats, at.Sub(now))
	}
	return r
}

// answersToken are the actions that answer a token.
var answersToken = []string{"sendTaskSuccess", "sendTaskFailure", "sendTaskHeartbeat"}

func sendsToken(c engine.Call) bool {
	return c.ResourceType == "aws-sdk:sfn" && slices.Contains(answersToken, c.Action)
}

// answersItself tells whether a workflow has tasks that answer tokens.
func answersItself(w flow.Workflow) bool {
	m, _ := w.Build()
	for v := range asl.Visits(m) {
		t, ok := v.State.(*asl.Task)
		if ok && slices.ContainsFunc(answersToken, func(action string) bool { return t.Resource == "arn:aws:states:::aws-sdk:sfn:"+action }) {
			return true
		}
	}
	return false
}

// send does a task that answers a token: one of this execution, or of one around it. ok is false if the token is
// nobody's.
func (k *tasks) send(ctx context.Context, c engine.Call) (r engine.Result, ok bool) {
	token := c.Arguments.Get("TaskToken").Str()
	var answer engine.Result
	switch c.Action {
	case "sendTaskSuccess":
		v, err := value.ParseString(c.Arguments.Get("Output").Str())
		if err != nil {
			return engine.Failed("Sfn.InvalidOutputException", "Invalid Output: "+c.Arguments.Get("Output").String()), true
		}
		answer = engine.Succeed(v)
	case "sendTaskFailure":
		answer = engine.Failed(c.Arguments.Get("Error").Str(), c.Arguments.Get("Cause").Str())
	}
	heartbeat := c.Action == "sendTaskHeartbeat"
	if k.post.send(token, k.clock.Now(), heartbeat, answer) {
		return engine.Succeed(value.Object()), true
	}
	k.mu.Lock()
	mine := k.waits[token]
	k.mu.Unlock()
	if !mine {
		return engine.Result{}, false
	}
	var sig engine.Signal = engine.TokenDone{Token: token, Result: answer}
	if heartbeat {
		sig = engine.TokenHeartbeat{Token: token}
	}
	select { // the run gets it before it gets this task's answer
	case k.signals <- sig:
	case <-ctx.Done():
	}
	return engine.Succeed(value.Object()), true
}

// Signals are the answers to tokens that tasks of this execution have sent to others of it.
func (k *tasks) Signals() <-chan engine.Signal { return k.signals }
