package engine

import (
	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/value"
)

// A pass hands its input on, or a result of its own.
type pass struct {
	flow   flow
	result value.Value // JSONPath's Result
	query  bool
}

func (p *planner) pass(n *node, s *asl.Pass, lang asl.QueryLanguage) {
	n.next = p.next(s.Transition)
	n.do = &pass{
		query:  lang == asl.JSONata,
		result: p.value(s.Result),
		flow: p.flow(lang, fields{
			Paths: s.Paths, parameters: s.Parameters, resultPath: s.ResultPath, assign: s.Assign, output: s.Output,
		}),
	}
}

func (s *pass) enter(x *step, t *thread, n *node) {
	in, f := s.flow.input(x, t)
	if f != nil {
		x.throw(t, n, f)
		return
	}
	result := s.result
	if !result.Exists() && !s.query {
		result = in
	}
	x.conclude(t, n, s.flow, result, n.next)
}

// conclude shapes the output of a state whose work is done, and leaves it.
func (x *step) conclude(t *thread, n *node, fl flow, result value.Value, next string) {
	output, assigned, f := fl.output(x, t, result)
	if f != nil {
		x.throw(t, n, f)
		return
	}
	x.leave(t, n, next, output, assigned)
}

// A succeed ends its branch with success.
type succeed struct{ flow flow }

func (p *planner) succeed(n *node, s *asl.Succeed, lang asl.QueryLanguage) {
	n.do = &succeed{p.flow(lang, fields{Paths: s.Paths, output: s.Output})}
}

func (s *succeed) enter(x *step, t *thread, n *node) { x.conclude(t, n, s.flow, value.Value{}, "") }
