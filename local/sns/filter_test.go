package sns_test

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

// The rules are those of the SNS developer guide: "String value matching", "Numeric value matching", "Key matching",
// "AND/OR logic", and "Filter policy constraints in Amazon SNS".
func TestFilterPolicy(t *testing.T) {
	t.Parallel()
	const (
		rugby  = `{"interest": {"DataType": "String", "StringValue": "rugby"}}`
		list   = `{"interest": {"DataType": "String.Array", "StringValue": "[\"rugby\", \"tennis\", 5, true, null]"}}`
		price  = `{"price": {"DataType": "Number", "StringValue": "150.50"}}`
		ip     = `{"ip": {"DataType": "String", "StringValue": "10.0.0.77"}}`
		binary = `{"interest": {"DataType": "Binary", "BinaryValue": "AAAA"}}`
	)
	for _, c := range []struct {
		policy, attributes string
		want               bool
	}{
		{`{"interest": ["rugby"]}`, rugby, true},
		{`{"interest": ["Rugby"]}`, rugby, false},
		{`{"interest": ["rugby", "golf"]}`, rugby, true},
		{`{"interest": ["tennis"]}`, list, true},
		{`{"interest": [5]}`, list, true},
		{`{"interest": [true]}`, list, true},
		{`{"interest": [null]}`, list, true},
		{`{"interest": [false]}`, list, false},
		{`{"interest": ["golf"]}`, list, false},
		{`{"interest": ["rugby"]}`, `{}`, false},
		{`{"interest": ["rugby"], "price": [150.5]}`, rugby, false},
		{`{}`, `{}`, true},
		{`{"interest": [{"prefix": "rug"}]}`, rugby, true},
		{`{"interest": [{"prefix": "gby"}]}`, rugby, false},
		{`{"interest": [{"suffix": "gby"}]}`, rugby, true},
		{`{"interest": [{"suffix": "rug"}]}`, rugby, false},
		{`{"interest": [{"equals-ignore-case": "RUGBY"}]}`, rugby, true},
		{`{"interest": [{"equals-ignore-case": "golf"}]}`, rugby, false},
		{`{"interest": [{"anything-but": "golf"}]}`, rugby, true},
		{`{"interest": [{"anything-but": ["golf", "rugby"]}]}`, rugby, false},
		{`{"interest": [{"anything-but": ["golf"]}]}`, list, true},
		{`{"interest": [{"anything-but": ["tennis"]}]}`, list, false},
		{`{"interest": [{"anything-but": ["golf"]}]}`, `{}`, false},
		{`{"interest": [{"anything-but": {"prefix": "go"}}]}`, rugby, true},
		{`{"interest": [{"anything-but": {"prefix": ["go", "ru"]}}]}`, rugby, false},
		{`{"interest": [{"anything-but": {"suffix": "lf"}}]}`, rugby, true},
		{`{"interest": [{"anything-but": {"suffix": "by"}}]}`, rugby, false},
		{`{"price": [{"anything-but": [100, 500]}]}`, price, true},
		{`{"price": [{"anything-but": [150.5]}]}`, price, false},
		{`{"price": [150.5]}`, price, true},
		{`{"price": ["150.50"]}`, price, false},
		{`{"price": [{"numeric": ["=", 150.5]}]}`, price, true},
		{`{"price": [{"numeric": [">", 100, "<=", 150.5]}]}`, price, true},
		{`{"price": [{"numeric": [">", 150.5]}]}`, price, false},
		{`{"price": [{"numeric": [">=", 100, "<", 150.5]}]}`, price, false},
		{`{"price": [{"numeric": ["<", 0]}, {"numeric": [">", 150]}]}`, price, true},
		{`{"interest": [{"numeric": [">", 0]}]}`, rugby, false},
		{`{"interest": [{"exists": true}]}`, rugby, true},
		{`{"interest": [{"exists": true}]}`, price, false},
		{`{"interest": [{"exists": false}]}`, price, true},
		{`{"interest": [{"exists": false}]}`, rugby, false},
		{`{"interest": ["golf", {"exists": false}]}`, price, true},
		{`{"interest": [{"exists": true}]}`, binary, false},
		{`{"ip": [{"cidr": "10.0.0.0/24"}]}`, ip, true},
		{`{"ip": [{"cidr": "10.0.1.0/24"}]}`, ip, false},
		{`{"$or": [{"interest": ["golf"]}, {"price": [{"numeric": [">", 1]}]}]}`, price, true},
		{`{"$or": [{"interest": ["golf"]}, {"price": [{"numeric": ["<", 1]}]}]}`, price, false},
		{`{"ip": [{"prefix": "10."}], "$or": [{"interest": ["golf"]}, {"ip": [{"suffix": "77"}]}]}`, ip, true},
	} {
		if got := wanted(t, c.policy, "MessageAttributes", "{}", c.attributes); got != c.want {
			t.Errorf("%s of %s: %v, want %v", c.policy, c.attributes, got, c.want)
		}
	}
	for _, c := range []struct {
		policy, body string
		want         bool
	}{
		{`{"interest": ["rugby"]}`, `{"interest": "rugby"}`, true},
		{`{"interest": ["rugby"]}`, `{"interest": ["golf", "rugby"]}`, true},
		{`{"interest": ["rugby"]}`, `no JSON`, false},
		{`{"interest": ["rugby"]}`, `["interest"]`, false},
		{`{"a": {"b": ["x"]}}`, `{"a": {"b": "x"}}`, true},
		{`{"a": {"b": ["x"]}}`, `{"a": {"b": "y"}}`, false},
		{`{"a": {"b": ["x"]}}`, `{"a": [{"b": "y"}, {"b": "x"}]}`, true},
		{`{"a": {"b": ["x"]}}`, `{"b": "x"}`, false},
		{`{"a": {"b": [{"exists": false}]}}`, `{}`, true},
		{`{"a": [{"exists": true}]}`, `{"a": null}`, true},
		{`{"a": [null]}`, `{"a": null}`, true},
		{`{"a": [true]}`, `{"a": true}`, true},
		{`{"a": [{"numeric": [">", 1]}]}`, `{"a": 2}`, true},
		{`{"a": [{"numeric": [">", 1]}]}`, `{"a": "2"}`, false},
		{`{"a": [3.0e1]}`, `{"a": 30}`, true},
		{`{"a": {"$or": [{"b": ["x"]}, {"c": ["y"]}]}}`, `{"a": {"c": "y"}}`, true},
		{`{"a": {"$or": [{"b": ["x"]}, {"c": ["y"]}]}}`, `{"a": {"c": "x"}}`, false},
	} {
		if got := wanted(t, c.policy, "MessageBody", c.body, "{}"); got != c.want {
			t.Errorf("%s of %s: %v, want %v", c.policy, c.body, got, c.want)
		}
	}
}

// wanted tells whether a subscription with the policy gets a message.
func wanted(t *testing.T, policy, scope, body, attributes string) bool {
	t.Helper()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn")
	h.do("Subscribe", value.Object(value.M("TopicArn", topic), value.M("Protocol", value.String("sqs")), value.M("Endpoint", value.String(h.queue("inbox"))),
		value.M("Attributes", value.Object(value.M("FilterPolicy", value.String(policy)), value.M("FilterPolicyScope", value.String(scope))))).String())
	h.do("Publish", value.Object(value.M("TopicArn", topic), value.M("Message", value.String(body)), value.M("MessageAttributes", value.MustParse(attributes))).String())
	return len(h.received("inbox")) == 1
}

func TestFilterPolicyErrors(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn")
	for _, c := range []struct{ scope, policy, want string }{
		{"MessageAttributes", `x`, `failed to parse JSON: it must be a JSON object`},
		{"MessageAttributes", `[]`, `failed to parse JSON: it must be a JSON object`},
		{"MessageAttributes", `{"a": {"b": ["x"]}}`, `Filter policy scope MessageAttributes does not support nested filter policy`},
		{"MessageBody", `{"a": {}}`, `"a" must be an object with fields, not an empty one`},
		{"MessageBody", `{"a": "x"}`, `"a" must be an object or an array`},
		{"MessageBody", `{"a": []}`, `Empty arrays are not allowed: the one of "a" is`},
		{"MessageBody", `{"a": [["x"]]}`, `Match value must be String, number, true, false, or null`},
		{"MessageBody", `{"a": [{"prefix": "a", "suffix": "b"}]}`, `Only one key allowed in match expression`},
		{"MessageBody", `{"a": [{"glob": "a"}]}`, `Unrecognized match type glob`},
		{"MessageBody", `{"a": [{"prefix": 1}]}`, `prefix match pattern must be a string`},
		{"MessageBody", `{"a": [{"exists": 1}]}`, `exists match pattern must be either true or false`},
		{"MessageBody", `{"a": [{"anything-but": {"glob": "a"}}]}`, `Unsupported anything-but pattern: it takes a value, an array of values, prefix, suffix or equals-ignore-case`},
		{"MessageBody", `{"a": [{"anything-but": []}]}`, `Empty arrays are not allowed: the one of anything-but is`},
		{"MessageBody", `{"a": [{"numeric": [">"]}]}`, `Value of numeric must be an array of one or two operators, each with a number`},
		{"MessageBody", `{"a": [{"numeric": ["~", 1]}]}`, `Unrecognized numeric range operator: ~`},
		{"MessageBody", `{"a": [{"numeric": [">", "1"]}]}`, `Value of > must be numeric`},
		{"MessageBody", `{"a": [{"numeric": [">", 1e10]}]}`, `Value of > must be between -1000000000 and 1000000000`},
		{"MessageBody", `{"a": [{"numeric": [">", 5, "<", 1]}]}`, `Bottom must be less than top`},
		{"MessageBody", `{"a": [{"numeric": ["<", 5, ">", 1]}]}`, `Bad numeric range operator: a range is > or >= and then < or <=, not < and >`},
		{"MessageBody", `{"a": [{"cidr": "10.0.0"}]}`, `Malformed CIDR, "10.0.0"`},
		{"MessageBody", `{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":["x"],"f":["x"]}`, `Filter policy can not have more than 5 keys`},
		{"MessageBody", `{"a": [` + strings.Repeat(`1,`, 150) + `1]}`, `Filter policy is too complex: it has more than 150 combinations of values`},
	} {
		_, err := h.call("Subscribe", value.Object(value.M("TopicArn", topic), value.M("Protocol", value.String("sqs")), value.M("Endpoint", value.String(h.queue("inbox"))),
			value.M("Attributes", value.Object(value.M("FilterPolicy", value.String(c.policy)), value.M("FilterPolicyScope", value.String(c.scope))))).String())
		if want := "InvalidParameterException: Invalid parameter: FilterPolicy: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", c.policy, err, want)
		}
	}
}

// FuzzFilterPolicy: no policy and no message make the hub panic; a policy that is taken can be read again.
func FuzzFilterPolicy(f *testing.F) {
	f.Add(`{"a": ["x", {"prefix": "y"}, {"anything-but": {"suffix": ["z"]}}, {"numeric": [">", 0, "<", 5]}]}`, `{"a": [1, {"b": null}]}`, true)
	f.Add(`{"$or": [{"a": [{"exists": false}]}, {"b": [{"cidr": "::/0"}]}]}`, `[1]`, false)
	f.Add(`{"a": {"b": {"$or": [{"c": [1]}, {"d": [2]}]}}}`, `{"a": [[{"b": {"d": 2.0}}]]}`, true)
	f.Fuzz(func(t *testing.T, policy, message string, body bool) {
		if message == "" || strings.ContainsFunc(message, func(r rune) bool { return r < 0x20 || r > 0xd7ff }) {
			return
		}
		h := newHub(t)
		topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn")
		scope := map[bool]string{true: "MessageBody", false: "MessageAttributes"}[body]
		_, err := h.call("Subscribe", value.Object(value.M("TopicArn", topic), value.M("Protocol", value.String("sqs")), value.M("Endpoint", value.String(h.queue("inbox"))),
			value.M("Attributes", value.Object(value.M("FilterPolicy", value.String(policy)), value.M("FilterPolicyScope", value.String(scope))))).String())
		if err != nil {
			if !strings.HasPrefix(err.Error(), "InvalidParameterException: ") {
				t.Errorf("%s: %v", policy, err)
			}
			return
		}
		_, err = h.call("Publish", value.Object(value.M("TopicArn", topic), value.M("Message", value.String(message)), value.M("MessageAttributes", value.Object(
			value.M("a", value.Object(value.M("DataType", value.String("String.x")), value.M("StringValue", value.String(message))))))).String())
		if err != nil {
			t.Errorf("%s: %v", message, err)
		}
	})
}
