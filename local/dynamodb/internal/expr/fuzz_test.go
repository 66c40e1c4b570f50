package expr

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

// seeds are expressions of every kind, right and wrong.
var seeds = []string{
	"", " ", "a = :v", "#n <> :v", "a.b[0].c < :v AND NOT (x > :v OR y BETWEEN :v AND :w)", "a IN (:v, :w)", "attribute_exists(a)",
	"begins_with(a, :s) AND contains(b, :v)", "size(a) >= :v", "((a = :v))", "SET a = :v", "SET a = a + :v, b[3] = list_append(b, :l) REMOVE c, d[0]",
	"ADD n :v DELETE s :ss", "SET a = if_not_exists(b, :v) - :w", "SET (a) = :v", "a, b.c, d[1]", "SET a", "a[", "a.", ":", "#", "é = :v", "a\x00b", "a[99999999999999999999]",
	"NOT NOT NOT a = :v", "k = :v AND s > :w", "begins_with(s, :s)", "SET big[7] = :v, big[9] = :w REMOVE big[0], big[1]", "SET n = n + :w, l[1] = n, m.x = m.y",
}

func fuzzScope() *Scope {
	s, err := NewScope(value.MustParse(`{"#n": "name", "#a": "a"}`),
		value.MustParse(`{":v": {"N": "1"}, ":w": {"N": "-2.5"}, ":s": {"S": "x"}, ":l": {"L": [{"S": "y"}]}, ":ss": {"SS": ["a", "b"]}}`))
	if err != nil {
		panic(err)
	}
	return s
}

var fuzzItem = value.MustParse(`{"a": {"N": "1"}, "n": {"N": "99999999999999999999999999999999999999"}, "s": {"SS": ["a"]}, "b": {"L": [{"N": "1"}, {"M": {"c": {"S": "x"}}}]},
	"l": {"L": [{"S": "1"}, {"S": "2"}]}, "m": {"M": {"y": {"BOOL": true}}}, "name": {"S": "x"}, "x": {"NULL": true}, "y": {"B": "AAEC"}}`)

// FuzzExpressions: no text makes the parsers or the evaluators panic, and what an update leaves is an item that
// DynamoDB could have been given.
func FuzzExpressions(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if c, err := ParseCondition("ConditionExpression", src, fuzzScope()); err == nil {
			c.Holds(fuzzItem)
			c.Holds(value.Value{})
			c.Tops()
		} else if !strings.HasPrefix(err.Error(), "Invalid ConditionExpression: ") {
			t.Errorf("the error does not name the expression: %v", err)
		}
		if u, err := ParseUpdate(src, fuzzScope()); err == nil {
			checkOutcome(t, u)
		} else if !strings.HasPrefix(err.Error(), "Invalid UpdateExpression: ") {
			t.Errorf("the error does not name the expression: %v", err)
		}
		if p, err := ParseProjection(src, fuzzScope()); err == nil {
			if _, err := CheckItem(p.Of(fuzzItem)); err != nil {
				t.Errorf("the projection is no item: %v", err)
			}
		}
		if tests, err := ParseKeyCondition(src, fuzzScope()); err == nil {
			for _, k := range tests {
				if k.Name == "" || len(k.Values) == 0 {
					t.Errorf("a key test without name or values: %+v", k)
				}
			}
		}
	})
}

func checkOutcome(t *testing.T, u *Update) {
	t.Helper()
	before := fuzzItem.String()
	got, err := u.Apply(fuzzItem)
	if fuzzItem.String() != before {
		t.Error("the item that was given has changed")
	}
	if err != nil {
		return
	}
	checked, err := CheckItem(got)
	if err != nil {
		t.Errorf("the outcome is no item: %v\n%s", err, got)
	}
	if checked.String() != got.String() {
		t.Errorf("the outcome is not as DynamoDB keeps it:\n%s\n%s", got, checked)
	}
}

// FuzzAttribute: what is no attribute value is refused without a panic, and what Check gives is stable.
func FuzzAttribute(f *testing.F) {
	for _, s := range []string{
		`{"S": "x"}`, `{"N": "1e5"}`, `{"N": "-0.000"}`, `{"N": "1e-130"}`, `{"SS": ["a", "b"]}`, `{"NS": ["1.0", "2"]}`, `{"BS": ["AA=="]}`, `{"B": "AAE="}`, `{"L": [{"N": "01"}]}`,
		`{"M": {"a": {"N": "+1"}}}`, `{"NULL": true}`, `{"BOOL": false}`, `{}`, `[]`, `{"S": 1}`, `{"N": "1e999999999999"}`, `{"X": 1}`, `{"SS": "a"}`, `{"M": []}`, `{"L": [[]]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		v, err := value.ParseString(src)
		if err != nil {
			return
		}
		once, err := Check(v)
		if err != nil {
			return
		}
		again, err := Check(once)
		if err != nil || again.String() != once.String() {
			t.Errorf("%s became %s, then %s (%v)", src, once, again, err)
		}
		if !Equal(once, again) {
			t.Errorf("%s is not equal to itself", once)
		}
		if sizeOf(once) < 0 {
			t.Errorf("%s has a negative size", once)
		}
	})
}
