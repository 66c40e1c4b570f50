package expr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

// scope makes the placeholders of a test from JSON; empty text is none.
func scope(t testing.TB, names, values string) *Scope {
	t.Helper()
	s, err := NewScope(parse(t, names), parse(t, values))
	if err != nil {
		t.Fatalf("placeholders: %v", err)
	}
	return s
}

func parse(t testing.TB, src string) value.Value {
	t.Helper()
	if src == "" {
		return value.Value{}
	}
	v, err := value.ParseString(src)
	if err != nil {
		t.Fatalf("test data %s: %v", src, err)
	}
	return v
}

const photo = `{"id": {"S": "p1"}, "n": {"N": "5"}, "neg": {"N": "-3.5"}, "ok": {"BOOL": true}, "nil": {"NULL": true},
	"tags": {"SS": ["a", "b"]}, "nums": {"NS": ["1", "2"]}, "bin": {"B": "AAEC"}, "bins": {"BS": ["AAEC"]},
	"lst": {"L": [{"S": "x"}, {"N": "1"}, {"M": {"k": {"S": "deep"}}}]},
	"doc": {"M": {"a": {"S": "v"}, "b": {"M": {"c": {"N": "7"}}}}}, "uni": {"S": "zoë"}}`

func TestConditionHolds(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		":five": `{"N": "5"}`, ":p1": `{"S": "p1"}`, ":p": `{"S": "p"}`, ":one": `{"N": "1.0"}`, ":three": `{"N": "3"}`, ":a": `{"S": "a"}`,
		":setba": `{"SS": ["b", "a"]}`, ":S": `{"S": "S"}`, ":SS": `{"S": "SS"}`, ":true": `{"BOOL": true}`, ":ten": `{"N": "10"}`,
		":bytes": `{"B": "AQ=="}`, ":map": `{"M": {"c": {"N": "7.0"}}}`, ":x": `{"S": "x"}`, ":v": `{"S": "v"}`,
		":whole": `{"B": "AAEC"}`, ":null": `{"NULL": true}`, ":lst": `{"L": [{"N": "1"}]}`,
	}
	names := `{"#id": "id", "#n": "n"}`
	for src, want := range map[string]bool{
		"id = :p1":                                 true,
		":p1 = id":                                 true,
		"#id = :p1":                                true,
		"#n = :p1":                                 false,
		"#n <> :p1":                                true,
		"nowhere <> :p1":                           true,
		"nowhere = :p1":                            false,
		"nowhere < :p1":                            false,
		"#n < :ten":                                true,
		"#n <= :five":                              true,
		"#n >= :five AND #n > :three":              true,
		"neg < :one":                               true,
		"#n BETWEEN :three AND :ten":               true,
		"#n BETWEEN :five AND :five":               true,
		"#n between :ten and :ten":                 false,
		"id IN (:p, :p1)":                          true,
		"id IN (:p)":                               false,
		"attribute_exists(id)":                     true,
		"attribute_exists(doc.b.c)":                true,
		"attribute_exists(doc.b.d)":                false,
		"attribute_exists(lst[2].k)":               true,
		"attribute_exists(lst[3])":                 false,
		"attribute_exists(id[0])":                  false,
		"attribute_not_exists(gone)":               true,
		"attribute_type(id, :S)":                   true,
		"attribute_type(tags, :SS)":                true,
		"attribute_type(#n, :S)":                   false,
		"attribute_type(gone, :S)":                 false,
		"begins_with(id, :p)":                      true,
		"begins_with(id, :p1)":                     true,
		"begins_with(#n, :p)":                      false,
		"begins_with(bin, :whole)":                 true,
		"contains(id, :p)":                         true,
		"contains(tags, :a)":                       true,
		"contains(tags, :x)":                       false,
		"contains(tags, :one)":                     false,
		"contains(nums, :one)":                     true,
		"contains(bin, :bytes)":                    true,
		"contains(bins, :whole)":                   true,
		"contains(lst, :x)":                        true,
		"contains(lst, :one)":                      true,
		"contains(lst, :five)":                     false,
		"contains(doc, :v)":                        false,
		"size(tags) < :three":                      true,
		"size(uni) = :three":                       true,
		"size(bin) = :three":                       true,
		"size(lst) = :three":                       true,
		"size(doc) <> :three":                      true,
		"size(gone) = :three":                      false,
		"size(#n) = :one":                          false,
		":three = size(lst)":                       true,
		"tags = :setba":                            true,
		"doc.b = :map":                             true,
		"ok = :true":                               true,
		"nil = :null":                              true,
		"lst = :lst":                               false,
		"NOT id = :p1":                             false,
		"NOT NOT id = :p1":                         true,
		"NOT (id = :p1 AND #n = :ten)":             true,
		"id = :p1 OR id = :p AND #n = :ten":        true,
		"(id = :p1 OR id = :p) AND #n = :ten":      false,
		"NOT id = :p1 OR id = :p1":                 true,
		"id = :p AND id = :p OR id = :p1":          true,
		"(id) = :p1":                               true,
		"(id = :p1)":                               true,
		"id = (:p1)":                               true,
		"size((tags)) < :three":                    true,
		"doc . b . c > :five AND lst [ 1 ] = :one": true,
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			var used value.Builder
			for k, v := range values {
				used.Set(k, parse(t, v))
			}
			s, err := NewScope(parse(t, names), used.Object())
			if err != nil {
				t.Fatal(err)
			}
			c, err := ParseCondition("ConditionExpression", src, s)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Holds(parse(t, photo)); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestConditionErrors(t *testing.T) {
	t.Parallel()
	const values = `{":n": {"N": "1"}, ":m": {"N": "2"}, ":s": {"S": "x"}, ":b": {"BOOL": true}, ":l": {"L": []}}`
	for src, want := range map[string]string{
		"":                           "The expression can not be empty;",
		"  \n":                       "The expression can not be empty;",
		"a":                          `Syntax error; token: "<EOF>", near: "a"`,
		"a =":                        `Syntax error; token: "<EOF>", near: "="`,
		"a == :n":                    `Syntax error; token: "=", near: "== :n"`,
		"a = :n b":                   `Syntax error; token: "b", near: ":n b"`,
		"a = :n AND":                 `Syntax error; token: "<EOF>", near: "AND"`,
		"AND a = :n":                 `Syntax error; token: "AND", near: "AND a"`,
		"a = :n)":                    `Syntax error; token: ")", near: ":n)"`,
		"(a = :n":                    `Syntax error; token: "<EOF>", near: ":n"`,
		"a = 5":                      `Syntax error; token: "5", near: "= 5"`,
		"a ! :n":                     `Syntax error; token: "!", near: "a ! :n"`,
		"a é :n":                     `Syntax error; token: "é", near: "a é :n"`,
		"# = :n":                     `Syntax error; token: "#", near: "# ="`,
		"a = :":                      `Syntax error; token: ":", near: "= :"`,
		"a[x] = :n":                  `Syntax error; token: "x", near: "[x]"`,
		"a[1 = :n":                   `Syntax error; token: "=", near: "1 = :n"`,
		"a. = :n":                    `Syntax error; token: "=", near: ". = :n"`,
		"a = :n = :m":                `Syntax error; token: "=", near: ":n = :m"`,
		"f()":                        `Syntax error; token: ")", near: "()"`,
		"a IN :n":                    `Syntax error; token: ":n", near: "IN :n"`,
		"a BETWEEN :n OR :m":         `Syntax error; token: "OR", near: ":n OR :m"`,
		"(a AND b) = :n":             `Syntax error; token: "AND", near: "a AND b"`,
		"a = (b = :n)":               `Syntax error; token: "=", near: "b = :n"`,
		"_a = :n":                    `Syntax error; token: "_a", near: "_a ="`,
		"a[99999999999] = :n":        `List index is not within the allowable range; index: [99999999999]`,
		"((a = :n))":                 "The expression has redundant parentheses;",
		"a = ((:n))":                 "The expression has redundant parentheses;",
		"f(a)":                       "Invalid function name; function: f",
		"Size(a) = :n":               "Invalid function name; function: Size",
		"size(a)":                    "The function is not allowed to be used this way in an expression; function: size",
		"NOT size(a)":                "The function is not allowed to be used this way in an expression; function: size",
		"attribute_exists(a) = :b":   "The function is not allowed to be used this way in an expression; function: attribute_exists",
		"size(contains(a, :s)) = :n": "The function is not allowed to be used this way in an expression; function: contains",
		"name = :s":                  "Attribute name is a reserved keyword; reserved keyword: name",
		"a.Status = :s":              "Attribute name is a reserved keyword; reserved keyword: Status",
		"#x = :n":                    "An expression attribute name used in the document path is not defined; attribute name: #x",
		"a = :x":                     "An expression attribute value used in expression is not defined; attribute value: :x",
		"size(a, b) = :n":            "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2",
		"begins_with(a)":             "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1",
		"begins_with(a, :n)":         "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
		"size(:n) = :m":              "Incorrect operand type for operator or function; operator or function: size, operand type: N",
		"attribute_exists(:s)":       "Operator or function requires a document path; operator or function: attribute_exists",
		"attribute_type(a, :n)":      "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
		"attribute_type(a, b)":       "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
		"attribute_type(a, :s)":      "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
		"a = a":                      "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
		"a[0].b = a[0].b":            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, [0], b]",
		"a < :b":                     "Incorrect operand type for operator or function; operator: <, operand type: BOOL",
		"a BETWEEN :l AND :l":        "Incorrect operand type for operator or function; operator: BETWEEN, operand type: L",
		"a BETWEEN :m AND :n":        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
		"a BETWEEN :n AND :s":        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}",
		strings.Repeat("(", 1000):    "The expression has exceeded the maximum nesting of 150",
		strings.Repeat("NOT ", 300):  "The expression has exceeded the maximum nesting of 150",
		strings.Repeat("a", 4097):    "Expression size has exceeded the maximum allowed size; expression size: 4097",
		"a IN (" + strings.Repeat(":n,", 100) + ":n)": "The IN operator is provided with too many operands; number of operands: 101",
		"a=:n" + strings.Repeat(" OR a=:n", 200):      "The expression contains too many operators; operator count: 401",
	} {
		t.Run(src[:min(len(src), 40)], func(t *testing.T) {
			t.Parallel()
			_, err := ParseCondition("ConditionExpression", src, scope(t, "", values))
			if err == nil {
				t.Fatalf("no error, want %s", want)
			}
			if d := cmp.Diff("Invalid ConditionExpression: "+want, err.Error()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestUpdateApply(t *testing.T) {
	t.Parallel()
	const item = `{"id": {"S": "p1"}, "n": {"N": "5"}, "lst": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}]}, "doc": {"M": {"x": {"N": "1"}}}, "ss": {"SS": ["a", "b"]}}`
	const values = `{":one": {"N": "1"}, ":s": {"S": "new"}, ":t": {"S": "newer"}, ":l": {"L": [{"S": "z"}]}, ":ab": {"SS": ["a", "b"]}, ":bc": {"SS": ["b", "c"]}, ":big": {"N": "99999999999999999999999999999999999999"}}`
	for src, want := range map[string]string{
		"SET a = :s":                                    `{"a": {"S": "new"}}`,
		"set #p = :s":                                   `{"Plain Name": {"S": "new"}}`,
		"SET n = n + :one":                              `{"n": {"N": "6"}}`,
		"SET n = n - :one, m = n":                       `{"n": {"N": "4"}, "m": {"N": "5"}}`,
		"SET n = (n + :one)":                            `{"n": {"N": "6"}}`,
		"SET n = (n) + (:one)":                          `{"n": {"N": "6"}}`,
		"SET n = :big - :one":                           `{"n": {"N": "99999999999999999999999999999999999998"}}`,
		"SET c = if_not_exists(c, :one)":                `{"c": {"N": "1"}}`,
		"SET n = if_not_exists(n, :one)":                `{}`,
		"SET c = if_not_exists(c, n) + :one":            `{"c": {"N": "6"}}`,
		"SET lst = list_append(lst, :l)":                `{"lst": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "z"}]}}`,
		"SET lst = list_append(:l, lst)":                `{"lst": {"L": [{"S": "z"}, {"S": "a"}, {"S": "b"}, {"S": "c"}]}}`,
		"SET k = list_append(if_not_exists(k, :l), :l)": `{"k": {"L": [{"S": "z"}, {"S": "z"}]}}`,
		"SET lst[1] = :s":                               `{"lst": {"L": [{"S": "a"}, {"S": "new"}, {"S": "c"}]}}`,
		"SET lst[9] = :t, lst[5] = :s":                  `{"lst": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "new"}, {"S": "newer"}]}}`,
		"SET lst[9] = :t, a = :s, lst[5] = :s":          `{"a": {"S": "new"}, "lst": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "new"}, {"S": "newer"}]}}`,
		"SET doc.y = :s, doc.x = :t":                    `{"doc": {"M": {"x": {"S": "newer"}, "y": {"S": "new"}}}}`,
		"REMOVE n":                                      `{"n": null}`,
		"REMOVE gone":                                   `{}`,
		"REMOVE doc.x":                                  `{"doc": {"M": {}}}`,
		"REMOVE lst[0], lst[2]":                         `{"lst": {"L": [{"S": "b"}]}}`,
		"REMOVE lst[0], n, lst[2]":                      `{"n": null, "lst": {"L": [{"S": "b"}]}}`,
		"REMOVE lst[7]":                                 `{}`,
		"SET lst[1] = :s REMOVE lst[0]":                 `{"lst": {"L": [{"S": "new"}, {"S": "c"}]}}`,
		"ADD n :one":                                    `{"n": {"N": "6"}}`,
		"ADD c :one, doc.x :one":                        `{"c": {"N": "1"}, "doc": {"M": {"x": {"N": "2"}}}}`,
		"ADD ss :bc":                                    `{"ss": {"SS": ["a", "b", "c"]}}`,
		"ADD fresh :ab":                                 `{"fresh": {"SS": ["a", "b"]}}`,
		"DELETE ss :bc":                                 `{"ss": {"SS": ["a"]}}`,
		"DELETE ss :ab":                                 `{"ss": null}`,
		"DELETE gone :ab":                               `{}`,
		"SET a = n ADD n :one REMOVE lst":               `{"a": {"N": "5"}, "n": {"N": "6"}, "lst": null}`,
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			u, err := ParseUpdate(src, scope(t, `{"#p": "Plain Name"}`, values))
			if err != nil {
				t.Fatal(err)
			}
			got, err := u.Apply(parse(t, item))
			if err != nil {
				t.Fatal(err)
			}
			wanted := parse(t, item)
			for name, v := range parse(t, want).Members() {
				if v.IsNull() {
					v = value.Value{}
				}
				wanted = wanted.With(name, v)
			}
			if !value.Equal(wanted, got) {
				t.Errorf("(-want +got):\n%s", cmp.Diff(wanted.Indent(), got.Indent()))
			}
		})
	}
}

func TestUpdateErrors(t *testing.T) {
	t.Parallel()
	const item = `{"id": {"S": "p1"}, "n": {"N": "5"}, "s": {"S": "x"}, "l": {"L": []}, "big": {"N": "9e125"}, "ns": {"NS": ["1"]}}`
	const values = `{":one": {"N": "1"}, ":s": {"S": "new"}, ":l": {"L": []}, ":ss": {"SS": ["a"]}, ":m": {"M": {}}, ":big": {"N": "9e125"}, ":wide": {"N": "1e50"}}`
	const invalid = "Invalid UpdateExpression: "
	for src, want := range map[string]string{
		"":                                   invalid + "The expression can not be empty;",
		"SET":                                invalid + `Syntax error; token: "<EOF>", near: "SET"`,
		"a = :s":                             invalid + `Syntax error; token: "a", near: "a ="`,
		"SET a":                              invalid + `Syntax error; token: "<EOF>", near: "a"`,
		"SET a = ":                           invalid + `Syntax error; token: "<EOF>", near: "="`,
		"SET a = :s,":                        invalid + `Syntax error; token: "<EOF>", near: ","`,
		"SET a = n + n + n":                  invalid + `Syntax error; token: "+", near: "n + n"`,
		"SET a = n * n":                      invalid + `Syntax error; token: "*", near: "n * n"`,
		"SET a = n > n":                      invalid + `Syntax error; token: ">", near: "n > n"`,
		"SET SET = :s":                       invalid + `Syntax error; token: "SET", near: "SET SET ="`,
		"REMOVE a :s":                        invalid + `Syntax error; token: ":s", near: "a :s"`,
		"ADD n n":                            invalid + `Syntax error; token: "n", near: "n n"`,
		"SET a = :s SET b = :s":              invalid + `The "SET" section can only be used once in an update expression;`,
		"SET a = f(n)":                       invalid + "Invalid function name; function: f",
		"SET a = size(n)":                    invalid + "Invalid function name; function: size",
		"SET name = :s":                      invalid + "Attribute name is a reserved keyword; reserved keyword: name",
		"SET #x = :s":                        invalid + "An expression attribute name used in the document path is not defined; attribute name: #x",
		"SET a = :x":                         invalid + "An expression attribute value used in expression is not defined; attribute value: :x",
		"SET a = :s, a = :s":                 invalid + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
		"SET a.b = :s REMOVE a":              invalid + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]",
		"SET a.b = :s, a[0] = :s":            invalid + "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
		"ADD n :s":                           invalid + "Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
		"ADD n :m":                           invalid + "Incorrect operand type for operator or function; operator: ADD, operand type: MAP",
		"DELETE n :one":                      invalid + "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
		"SET a = :s + :one":                  invalid + "Incorrect operand type for operator or function; operator or function: +, operand type: S",
		"SET a = list_append(:l, :s)":        invalid + "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
		"SET a = list_append(:l)":            invalid + "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1",
		"SET a = if_not_exists(:s, :s)":      invalid + "Operator or function requires a document path; operator or function: if_not_exists",
		"SET a = gone":                       string(noOperand),
		"SET a = gone + :one":                string(noOperand),
		"SET a = if_not_exists(gone, gone2)": string(noOperand),
		"SET a = s + :one":                   string(badOperand),
		"SET a = list_append(s, :l)":         string(badOperand),
		"ADD s :one":                         string(badOperand),
		"ADD ns :ss":                         string(badOperand),
		"DELETE ns :ss":                      string(badOperand),
		"SET gone.a = :s":                    string(badPath),
		"SET s.a = :s":                       string(badPath),
		"SET s[0] = :s":                      string(badPath),
		"SET l[0].a = :s":                    string(badPath),
		"REMOVE gone.a":                      string(badPath),
		"SET a = big + :big":                 string(overflow),
		"ADD big :big":                       string(overflow),
		"SET a = :wide + :one":               string(overflow),
	} {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			u, err := ParseUpdate(src, scope(t, "", values))
			if err == nil {
				_, err = u.Apply(parse(t, item))
			}
			if err == nil {
				t.Fatalf("no error, want %s", want)
			}
			if d := cmp.Diff(want, err.Error()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
