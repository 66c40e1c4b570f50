package states

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// invalid is a failure of the API model's own constraints, in the service's words.
func invalid(what, member, constraint string) error {
	return wire.Errorf("ValidationException", "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", what, member, constraint)
}

func mustNotBeNull(member string) error { return invalid("null", member, "Member must not be null") }

// A rule is what a string member must be: its length, and whether it must be there.
type rule struct {
	required bool
	min, max int
	enum     []string
}

// text reads a string member.
func text(in value.Value, member string, r rule) (string, error) {
	v := in.Get(member)
	if !v.Exists() || v.IsNull() {
		if r.required {
			return "", mustNotBeNull(member)
		}
		return "", nil
	}
	if !v.IsString() {
		return "", wire.Errorf("SerializationException", "%s is %s: it must be a string", member, v.Kind())
	}
	s := v.Str()
	shown := "'" + shorten(s) + "'"
	switch n := utf8.RuneCountInString(s); {
	case n < r.min:
		return "", invalid(shown, member, fmt.Sprintf("Member must have length greater than or equal to %d", r.min))
	case r.max > 0 && n > r.max:
		return "", invalid(shown, member, fmt.Sprintf("Member must have length less than or equal to %d", r.max))
	case r.enum != nil && !slices.Contains(r.enum, s):
		return "", invalid(shown, member, "Member must satisfy enum value set: ["+strings.Join(r.enum, ", ")+"]")
	}
	return s, nil
}

// shorten keeps messages readable when somebody sends a megabyte.
func shorten(s string) string { return diag.Shorten(s, 200) }

// flag reads a boolean member.
func flag(in value.Value, member string, otherwise bool) (bool, error) {
	v := in.Get(member)
	switch {
	case !v.Exists() || v.IsNull():
		return otherwise, nil
	case v.IsBool():
		return v.Bool(), nil
	}
	return false, wire.Errorf("SerializationException", "%s is %s: it must be true or false", member, v.Kind())
}

// pageSize reads maxResults: at most 1,000, and 100 when it is 0 or missing.
func pageSize(in value.Value, most int64) (int, error) {
	v := in.Get("maxResults")
	if !v.Exists() || v.IsNull() {
		return 100, nil
	}
	n, ok := v.Int()
	switch {
	case !ok:
		return 0, wire.Errorf("SerializationException", "maxResults is %s: it must be a whole number", v.Kind())
	case n > most:
		return 0, invalid("'"+strconv.FormatInt(n, 10)+"'", "maxResults", fmt.Sprintf("Member must have value less than or equal to %d", most))
	case n < 0:
		return 0, invalid("'"+strconv.FormatInt(n, 10)+"'", "maxResults", "Member must have value greater than or equal to 0")
	case n == 0:
		return 100, nil
	}
	return int(n), nil
}

// A page is a part of a list, and how to ask for the next.
type page[T any] struct {
	items []T
	token value.Value // absent on the last page
}

// An end is where a list grows.
type end bool

const (
	growsLast  end = false // what is new comes last
	growsFirst end = true  // what is new comes first, as in lists with the newest in front
)

// paged cuts a list. The tokens of different lists (subject) are not interchangeable. After a token the list may have
// grown, so what the token holds is how many items lie on the side of the cut that does not grow: nothing comes twice.
func paged[T any](in value.Value, subject string, most int64, all []T, grows end) (page[T], error) {
	size, err := pageSize(in, most)
	if err != nil {
		return page[T]{}, err
	}
	from := 0
	if t := in.Get("nextToken"); t.Exists() && !t.IsNull() {
		n, err := readToken(t.Str(), subject)
		if err != nil || grows == growsLast && n > len(all) {
			return page[T]{}, wire.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
		}
		if from = n; grows == growsFirst {
			from = max(0, len(all)-n) // a list of running executions may have become shorter
		}
	}
	p := page[T]{items: all[from:]}
	if rest := len(p.items) - size; rest > 0 {
		p.items = p.items[:size]
		n := from + size
		if grows == growsFirst {
			n = rest
		}
		p.token = value.String(base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(n) + " " + subject)))
	}
	return p, nil
}

func readToken(token, subject string) (int, error) {
	b, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return 0, err
	}
	n, of, _ := strings.Cut(string(b), " ")
	if of != subject {
		return 0, fmt.Errorf("the token is of another list")
	}
	from, err := strconv.Atoi(n)
	if err == nil && from < 0 {
		err = fmt.Errorf("the token is negative")
	}
	return from, err
}
