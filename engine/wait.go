package engine

import (
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A wait lets time pass.
type wait struct {
	flow  flow
	delay func(x *step, t *thread, s *wait) (time.Time, *fault)

	seconds   time.Duration
	timestamp time.Time
	tpl       *jsonata.Template
	path      *jsonpath.Path
}

func (p *planner) wait(n *node, s *asl.Wait, lang asl.QueryLanguage) {
	n.next = p.next(s.Transition)
	w := &wait{flow: p.flow(lang, fields{Paths: s.Paths, assign: s.Assign, output: s.Output})}
	n.do = w
	switch {
	case s.SecondsPath != nil:
		w.path, w.delay = p.path("/SecondsPath", *s.SecondsPath), (*step).secondsPath
	case s.TimestampPath != nil:
		w.path, w.delay = p.path("/TimestampPath", *s.TimestampPath), (*step).timestampPath
	case s.Seconds.IsString():
		w.tpl, w.delay = p.template("/Seconds", "Seconds", s.Seconds), (*step).secondsQuery
		p.mustBeExpression(w.tpl, "Seconds")
	case s.Seconds.Exists():
		p.fixedSeconds(w, s.Seconds)
	case s.Timestamp.Exists():
		p.timestamp(w, s.Timestamp)
	default:
		p.fail("", CodeBadField, "the Wait says neither how long nor until when", "give it Seconds or Timestamp")
	}
}

// mustBeExpression reports a fixed text where a number or an expression is wanted.
func (p *planner) mustBeExpression(tpl *jsonata.Template, field string) {
	if tpl != nil && tpl.Constant() {
		p.fail(p.field(field), CodeBadField, field+" is "+tpl.Literal().String()+"; expected a whole number or an expression for one", "")
	}
}

func (p *planner) fixedSeconds(w *wait, v value.Value) {
	n, ok := v.Int()
	if !ok || n < 0 || n > maxWait {
		p.fail("/Seconds", CodeBadField, "Seconds is "+v.String()+"; expected a whole number from 0", "")
	}
	w.seconds, w.delay = time.Duration(n)*time.Second, (*step).fixedDelay
}

func (p *planner) timestamp(w *wait, v value.Value) {
	if _, isExpression := jsonata.IsExpression(v.Str()); isExpression {
		w.tpl, w.delay = p.template("/Timestamp", "Timestamp", v), (*step).timestampQuery
		return
	}
	var ok bool
	if w.timestamp, ok = parseTimestamp(p.text(v.Str())); !ok {
		p.fail("/Timestamp", CodeBadField, "Timestamp is "+v.String()+"; expected a time such as 2026-11-22T10:30:00Z", "")
	}
	w.delay = (*step).fixedDelay
}

func (s *wait) enter(x *step, t *thread, n *node) {
	until, f := s.delay(x, t, s)
	if f == nil && until.Sub(x.now) > maxWait*time.Second {
		f = t.runtime("Wait state delay is too long.")
	}
	if f != nil {
		x.throw(t, n, f)
		return
	}
	if !until.After(x.now) {
		s.due(x, t, n)
		return
	}
	x.setTimer(t, until, forWait)
}

func (s *wait) due(x *step, t *thread, n *node) {
	t.Decided = t.Prev
	x.conclude(t, n, s.flow, value.Value{}, n.next)
}

func (x *step) after(seconds int64) time.Time {
	return x.now.Add(time.Duration(min(seconds, maxWait+1)) * time.Second)
}

func (x *step) fixedDelay(_ *thread, s *wait) (time.Time, *fault) {
	if s.timestamp.IsZero() {
		return x.now.Add(s.seconds), nil
	}
	return s.timestamp, nil
}

func (x *step) secondsQuery(t *thread, s *wait) (time.Time, *fault) {
	v, f := x.query(t, s.tpl, states{})
	if f != nil {
		return time.Time{}, f
	}
	n, ok := v.Int()
	if !ok || n < 0 {
		return time.Time{}, queryFault(t, s.tpl.Unexpected("integer", v))
	}
	return x.after(n), nil
}

func (x *step) timestampQuery(t *thread, s *wait) (time.Time, *fault) {
	v, f := x.queryAs(t, s.tpl, value.StringKind)
	if f != nil {
		return time.Time{}, f
	}
	at, ok := parseTimestamp(v.Str())
	if !ok {
		t.Decided = t.Prev
		return at, t.evaluation("Timestamp", "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "+v.Str())
	}
	return at, nil
}

// operand is what the path of a JSONPath Wait names.
func (x *step) operand(t *thread, s *wait) (value.Value, *fault) {
	in, f := s.flow.(*pathFlow).filtered(x, t)
	if f != nil {
		return in, f
	}
	return s.path.Find(x.paths(t, in)), nil
}

func (x *step) secondsPath(t *thread, s *wait) (time.Time, *fault) {
	v, f := x.operand(t, s)
	if f != nil {
		return time.Time{}, f
	}
	n, ok := v.Int()
	switch {
	case !v.Exists():
		f = t.runtime("The SecondsPath parameter does not reference an input value: %s", s.path)
	case !ok:
		f = t.runtime("The SecondsPath parameter cannot be parsed as a long value: %s == %s", s.path, plain(v))
	case n < 0:
		f = t.runtime("The SecondsPath parameter references a negative value: %s == %s", s.path, plain(v))
	}
	return x.after(n), f
}

func (x *step) timestampPath(t *thread, s *wait) (time.Time, *fault) {
	v, f := x.operand(t, s)
	if f != nil {
		return time.Time{}, f
	}
	if !v.Exists() {
		return time.Time{}, t.runtime("The TimestampPath parameter does not reference an input value: %s", s.path)
	}
	at, ok := parseTimestamp(v.Str())
	if !ok {
		f = t.runtime("The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s", s.path, plain(v))
	}
	return at, f
}

// plain is a value as messages show it: a string without quotes.
func plain(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	return v.String()
}
