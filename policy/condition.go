package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/value"
)

// A condition is one line of a statement's Condition: operator, key, values.
type condition struct {
	key      string
	values   []string
	test     operator
	quantity quantity
	ifExists bool
	null     bool // the operator Null looks at presence only
}

// A quantity says how many of a key's values must pass.
type quantity uint8

const (
	single quantity = iota
	anyValue
	allValues
)

// An operator compares one value of the request with the policy's values.
type operator struct {
	compare func(want, got string) bool
	negated bool // none of the policy's values may match
	expands bool // the policy's values may hold variables
}

// operators are IAM's condition operators, but for Null.
var operators = map[string]operator{
	"StringEquals":              {compare: func(w, g string) bool { return plain(w) == g }, expands: true},
	"StringNotEquals":           {compare: func(w, g string) bool { return plain(w) == g }, negated: true, expands: true},
	"StringEqualsIgnoreCase":    {compare: func(w, g string) bool { return strings.EqualFold(plain(w), g) }, expands: true},
	"StringNotEqualsIgnoreCase": {compare: func(w, g string) bool { return strings.EqualFold(plain(w), g) }, negated: true, expands: true},
	"StringLike":                {compare: glob, expands: true},
	"StringNotLike":             {compare: glob, negated: true, expands: true},
	"ArnEquals":                 {compare: matchARN, expands: true},
	"ArnLike":                   {compare: matchARN, expands: true},
	"ArnNotEquals":              {compare: matchARN, negated: true, expands: true},
	"ArnNotLike":                {compare: matchARN, negated: true, expands: true},
	"Bool":                      {compare: strings.EqualFold},
	"IpAddress":                 {compare: inNetwork},
	"NotIpAddress":              {compare: inNetwork, negated: true},
	"NumericEquals":             {compare: numeric(func(c int) bool { return c == 0 })},
	"NumericNotEquals":          {compare: numeric(func(c int) bool { return c == 0 }), negated: true},
	"NumericLessThan":           {compare: numeric(func(c int) bool { return c < 0 })},
	"NumericLessThanEquals":     {compare: numeric(func(c int) bool { return c <= 0 })},
	"NumericGreaterThan":        {compare: numeric(func(c int) bool { return c > 0 })},
	"NumericGreaterThanEquals":  {compare: numeric(func(c int) bool { return c >= 0 })},
	"DateEquals":                {compare: dated(func(c int) bool { return c == 0 })},
	"DateNotEquals":             {compare: dated(func(c int) bool { return c == 0 }), negated: true},
	"DateLessThan":              {compare: dated(func(c int) bool { return c < 0 })},
	"DateLessThanEquals":        {compare: dated(func(c int) bool { return c <= 0 })},
	"DateGreaterThan":           {compare: dated(func(c int) bool { return c > 0 })},
	"DateGreaterThanEquals":     {compare: dated(func(c int) bool { return c >= 0 })},
}

func parseConditions(v value.Value) ([]condition, error) {
	if !v.IsObject() {
		return nil, fmt.Errorf("it is %s, expected an object", shown(v))
	}
	var list []condition
	for name, keys := range v.Members() {
		if !keys.IsObject() {
			return nil, fmt.Errorf("%s is %s, expected an object", name, shown(keys))
		}
		for key, values := range keys.Members() {
			c, err := parseCondition(name, key, values)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", name, key, err)
			}
			list = append(list, c)
		}
	}
	return list, nil
}

func parseCondition(name, key string, values value.Value) (condition, error) {
	c := condition{key: key}
	for prefix, q := range map[string]quantity{"ForAnyValue:": anyValue, "ForAllValues:": allValues} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			name, c.quantity = rest, q
		}
	}
	name, c.ifExists = strings.CutSuffix(name, "IfExists")
	for _, v := range oneOrMany(values) {
		switch {
		case v.IsString():
			c.values = append(c.values, v.Str())
		case v.IsBool() || v.IsNumber():
			c.values = append(c.values, v.String())
		default:
			return c, fmt.Errorf("%s is no value of a condition", shown(v))
		}
	}
	var known bool
	if c.test, known = operators[name]; known {
		return c, nil
	}
	c.null = name == "Null"
	if !c.null || c.ifExists {
		return c, fmt.Errorf("no such condition operator")
	}
	return c, nil
}

// holds evaluates the condition as IAM does: a missing key fails a positive operator and
// passes a negated one, IfExists and ForAllValues.
func (c *condition) holds(req *Request) bool {
	got, present := req.values(c.key)
	present = present && len(got) > 0
	if c.null {
		return slices.ContainsFunc(c.values, func(v string) bool { return strings.EqualFold(v, strconv.FormatBool(!present)) })
	}
	if !present {
		return c.ifExists || c.quantity == allValues || c.test.negated && c.quantity != anyValue
	}
	pass := func(value string) bool { return c.passes(req, value) }
	if c.quantity == allValues {
		return !slices.ContainsFunc(got, func(v string) bool { return !pass(v) })
	}
	if c.quantity == anyValue {
		return slices.ContainsFunc(got, pass)
	}
	return len(got) == 1 && pass(got[0])
}

func (c *condition) passes(req *Request, got string) bool {
	match := slices.ContainsFunc(c.values, func(want string) bool {
		if c.test.expands {
			want = req.expand(want)
		}
		return c.test.compare(want, got)
	})
	return match != c.test.negated
}

// plain gives a value without wildcards its literal stars back.
func plain(s string) string {
	return strings.Map(literal, s)
}

func inNetwork(want, got string) bool {
	addr, err := netip.ParseAddr(got)
	if err != nil {
		return false
	}
	if network, err := netip.ParsePrefix(want); err == nil {
		return network.Contains(addr)
	}
	single, err := netip.ParseAddr(want)
	return err == nil && single == addr
}

func numeric(ok func(int) bool) func(want, got string) bool {
	return func(want, got string) bool {
		w, err1 := strconv.ParseFloat(want, 64)
		g, err2 := strconv.ParseFloat(got, 64)
		if err1 != nil || err2 != nil {
			return false
		}
		switch {
		case g < w:
			return ok(-1)
		case g > w:
			return ok(1)
		default:
			return ok(0)
		}
	}
}

func dated(ok func(int) bool) func(want, got string) bool {
	return func(want, got string) bool {
		w, err1 := instant(want)
		g, err2 := instant(got)
		return err1 == nil && err2 == nil && ok(g.Compare(w))
	}
}

// instant reads an ISO 8601 time or seconds since 1970.
func instant(s string) (time.Time, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.Unix(n, 0).UTC(), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", s)
}
