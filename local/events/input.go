package events

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A path leads into an event: "$.detail.object.key", "$.resources[0]", "$.detail['a b']".
type path []string

func parsePath(s string) (path, error) {
	rest, ok := strings.CutPrefix(s, "$")
	if !ok {
		return nil, fmt.Errorf("the path %q must begin with $", s)
	}
	var p path
	for rest != "" {
		var step string
		switch {
		case strings.HasPrefix(rest, "['"):
			step, rest, ok = strings.Cut(rest[2:], "']")
		case rest[0] == '[':
			step, rest, ok = strings.Cut(rest[1:], "]")
			if _, err := strconv.Atoi(step); err != nil {
				ok = false
			}
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			step, rest = rest[1:end+1], rest[end+1:]
			ok = step != "" && step != "*"
		default:
			ok = false
		}
		if !ok {
			return nil, fmt.Errorf("the path %q cannot be read; it may have steps such as .name, ['name'] and [0]", s)
		}
		p = append(p, step)
	}
	return p, nil
}

// in follows the path; absent when it leads nowhere.
func (p path) in(v value.Value) value.Value {
	for _, step := range p {
		if i, err := strconv.Atoi(step); err == nil && v.IsArray() {
			v = v.Index(i)
			continue
		}
		v = v.Get(step)
	}
	return v
}

// An input says what a target gets of an event: all of it, a part, a constant, or what a template makes of it.
type input struct {
	constant value.Value
	part     path
	paths    map[string]path
	template string
}

// parseInput reads Input, InputPath and InputTransformer of a target.
func parseInput(t value.Value) (input, error) {
	var in input
	n := 0
	if v := t.Get("Input"); v.Exists() {
		c, err := value.ParseString(v.Str())
		if err != nil {
			return in, fmt.Errorf("property Input must be JSON: %w", err)
		}
		in.constant = c
		n++
	}
	if v := t.Get("InputPath"); v.Exists() {
		p, err := parsePath(v.Str())
		if err != nil {
			return in, fmt.Errorf("InputPath: %w", err)
		}
		in.part = p
		n++
	}
	if v := t.Get("InputTransformer"); v.Exists() {
		if err := in.transformer(v); err != nil {
			return in, fmt.Errorf("InputTransformer: %w", err)
		}
		n++
	}
	if n > 1 {
		return in, errors.New("only one of Input, InputPath and InputTransformer may be given")
	}
	return in, nil
}

func (in *input) transformer(v value.Value) error {
	in.template = v.Get("InputTemplate").Str()
	if in.template == "" {
		return errors.New("InputTemplate is missing")
	}
	in.paths = map[string]path{}
	for name, at := range v.Get("InputPathsMap").Members() {
		if strings.HasPrefix(name, "AWS") || strings.ContainsAny(name, "<>") || name == "" {
			return fmt.Errorf("the name %q is not allowed", name)
		}
		p, err := parsePath(at.Str())
		if err != nil {
			return err
		}
		in.paths[name] = p
	}
	return nil
}

// of gives what the target gets, as JSON. rule is the rule's name and ARN.
func (in input) of(event value.Value, ruleName, ruleARN string) (value.Value, error) {
	switch {
	case in.constant.Exists():
		return in.constant, nil
	case in.template != "":
		text := in.fill(event, ruleName, ruleARN)
		v, err := value.ParseString(text)
		if err != nil {
			return value.Value{}, fmt.Errorf("the InputTemplate gives no JSON: %w", err)
		}
		return v, nil
	case in.part != nil:
		v := in.part.in(event)
		if !v.Exists() {
			v = value.Object()
		}
		return v, nil
	}
	return event, nil
}

// fill puts the values in the places of <name>: inside a JSON string as text, elsewhere as JSON.
func (in input) fill(event value.Value, ruleName, ruleARN string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(in.template); i++ {
		c := in.template[i]
		switch {
		case c == '\\' && quoted && i+1 < len(in.template):
			b.WriteString(in.template[i : i+2])
			i++
			continue
		case c == '"':
			quoted = !quoted
		case c == '<':
			end := strings.IndexByte(in.template[i:], '>')
			if end > 0 {
				if v, ok := in.variable(in.template[i+1:i+end], event, ruleName, ruleARN); ok {
					b.WriteString(insert(v, quoted))
					i += end
					continue
				}
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// variable is what <name> stands for; ok is false for what is no variable.
func (in input) variable(name string, event value.Value, ruleName, ruleARN string) (v value.Value, ok bool) {
	switch name {
	case "aws.events.rule-arn":
		return value.String(ruleARN), true
	case "aws.events.rule-name":
		return value.String(ruleName), true
	case "aws.events.event.ingestion-time":
		return event.Get("time"), true
	case "aws.events.event", "aws.events.event.json":
		return event, true
	}
	p, ok := in.paths[name]
	return p.in(event), ok
}

func insert(v value.Value, quoted bool) string {
	switch {
	case !quoted && !v.Exists():
		return "null"
	case !quoted:
		return v.String()
	case !v.Exists():
		return ""
	}
	text := v.Str()
	if !v.IsString() {
		text = v.String()
	}
	escaped := string(value.AppendQuoted(nil, text))
	return escaped[1 : len(escaped)-1]
}
