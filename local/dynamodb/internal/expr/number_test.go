package expr

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

func TestNumberText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "0.00": "0", "007": "7", "+5": "5", "1.50": "1.5", ".5": "0.5", "5.": "5", "1e3": "1000", "1E+3": "1000", "12e-3": "0.012", "-1.5e1": "-15",
		"100": "100", "1e125": "1" + strings.Repeat("0", 125), "1e-5": "0.00001", "0e999999999999999999999": "0",
		"12345678901234567890123456789012345678": "12345678901234567890123456789012345678",
	} {
		n, err := parseNumber(in)
		if err != nil || n.String() != want {
			t.Errorf("%s: got %s, %v, want %s", in, n, err, want)
		}
	}
	for _, in := range []string{"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "0x10", "١", "1e5.5", "--1", "Infinity", "null"} {
		if n, err := parseNumber(in); err == nil {
			t.Errorf("%q became %s, want an error", in, n)
		}
	}
}

// randomNumber gives a literal of up to 38 digits, of a size that sums do not lose.
func randomNumber(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(2) == 0 {
		b.WriteByte('-')
	}
	for range 1 + r.IntN(15) {
		b.WriteByte(byte('0' + r.IntN(10)))
	}
	if r.IntN(2) == 0 {
		b.WriteByte('.')
		for range 1 + r.IntN(10) {
			b.WriteByte(byte('0' + r.IntN(10)))
		}
	}
	if r.IntN(3) == 0 {
		fmt.Fprintf(&b, "e%d", r.IntN(12)-6)
	}
	return b.String()
}

func TestNumbersAgainstRationals(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		x, y := randomNumber(r), randomNumber(r)
		a, err := parseNumber(x)
		if err != nil {
			t.Fatal(err)
		}
		b, err := parseNumber(y)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := new(big.Rat).SetString(x)
		q, _ := new(big.Rat).SetString(y)
		if got := compare(a, b); got != p.Cmp(q) {
			t.Fatalf("compare %s with %s: %d, want %d", x, y, got, p.Cmp(q))
		}
		if got := strings.Compare(a.key(), b.key()); got != p.Cmp(q) {
			t.Fatalf("keys of %s and %s order %d, want %d", x, y, got, p.Cmp(q))
		}
		n, err := add(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := new(big.Rat).SetString(n.String()); got.Cmp(new(big.Rat).Add(p, q)) != 0 {
			t.Fatalf("%s + %s = %s", x, y, n)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		`{}`: 0, `{"a": {"S": ""}}`: 1, `{"ab": {"S": "é"}}`: 4, `{"a": {"N": "0"}}`: 2, `{"a": {"N": "-12.3"}}`: 5, `{"a": {"B": "AAEC"}}`: 4, `{"a": {"B": "AA=="}}`: 2,
		`{"a": {"BOOL": true}}`: 2, `{"a": {"NULL": true}}`: 2, `{"a": {"SS": ["ab", "c"]}}`: 4, `{"a": {"L": [{"S": "x"}]}}`: 6, `{"a": {"M": {"b": {"S": "x"}}}}`: 7,
	} {
		if got := Size(value.MustParse(in)); got != want {
			t.Errorf("%s: %d bytes, want %d", in, got, want)
		}
	}
}

func TestProjection(t *testing.T) {
	t.Parallel()
	item := value.MustParse(`{"a": {"S": "1"}, "m": {"M": {"x": {"S": "2"}, "y": {"M": {"z": {"S": "3"}}}}}, "l": {"L": [{"S": "4"}, {"S": "5"}, {"L": [{"S": "6"}]}]}}`)
	for src, want := range map[string]string{
		"a":             `{"a":{"S":"1"}}`,
		"gone":          `{}`,
		"#g, a":         `{"a":{"S":"1"}}`,
		"m.x":           `{"m":{"M":{"x":{"S":"2"}}}}`,
		"m.y.z, m.x":    `{"m":{"M":{"x":{"S":"2"},"y":{"M":{"z":{"S":"3"}}}}}}`,
		"m.gone":        `{}`,
		"a.b":           `{}`,
		"a[0]":          `{}`,
		"l[1], l[0]":    `{"l":{"L":[{"S":"4"},{"S":"5"}]}}`,
		"l[2][0]":       `{"l":{"L":[{"L":[{"S":"6"}]}]}}`,
		"l[9], l[2][5]": `{}`,
	} {
		s, err := NewScope(value.MustParse(`{"#g": "g.h"}`), value.Value{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseProjection(src, s)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if diff := cmp.Diff(want, p.Of(item).String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
}

func TestReserved(t *testing.T) {
	t.Parallel()
	if len(reserved) != 573 {
		t.Errorf("%d reserved words, the developer guide has 573", len(reserved))
	}
	words := strings.Fields(reservedWords)
	if !slices.IsSorted(words) {
		t.Error("the reserved words are not in order")
	}
	for word, want := range map[string]bool{"name": true, "Status": true, "BUCKET": true, "id": false, "thumbnail": false, "": false} {
		if isReserved(word) != want {
			t.Errorf("isReserved(%q) is %v", word, !want)
		}
	}
}
