package flow

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// functions are JSONata's own, and those that Step Functions adds. A variable of such a name would hide the function.
var functions = func() map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(`abs append assert average base64decode base64encode boolean ceil clone contains count
		decodeUrl decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase
		formatInteger formatNumber fromMillis hash join keys length lookup lowercase map match max merge millis min not
		now number pad parse parseInteger partition power random range reduce replace reverse round shuffle sift single
		sort split spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase uuid zip`) {
		out[name] = true
	}
	return out
}()

func functionNames() []string { return slices.Sorted(maps.Keys(functions)) }

// reserved tells whether a variable must not have the name: it would hide a function, $states, or a parameter of ours.
func reserved(name string) bool {
	if functions[name] || name == "states" || name == "eval" {
		return true
	}
	digits, ok := strings.CutPrefix(name, "e")
	if !ok {
		return false
	}
	_, err := strconv.Atoi(digits)
	return err == nil || digits == ""
}

// camel is a state's name as the name of a variable: "Extract metadata" gives extractMetadata.
func camel(s string) string {
	var b strings.Builder
	up := false
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = b.Len() > 0
			continue
		case b.Len() == 0:
			if unicode.IsDigit(r) {
				b.WriteByte('v')
			}
			r = unicode.ToLower(r)
		case up:
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "value"
	}
	return b.String()
}

// pascal is a title as the name of a resource: "Image tagging" gives ImageTagging. Only letters and digits of ASCII
// are kept, as CloudFormation wants.
func pascal(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' && up:
			b.WriteRune(unicode.ToUpper(r))
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '\'':
			continue
		default:
			up = true
			continue
		}
		up = false
	}
	return b.String()
}

// maxVariable is where the names of variables are cut off, so that "Value" and a number still fit into 80 characters.
const maxVariable = 70

// nameRoots gives a variable to every root that is read. Names are unique in the whole machine, so that nothing is
// ever hidden.
func (m *machine) nameRoots() {
	seen := map[string]bool{}
	for _, r := range m.roots {
		if r.kind != varRoot || !r.used || r.name != "" {
			continue
		}
		base := r.title()
		if long := []rune(base); len(long) > maxVariable {
			base = string(long[:maxVariable])
		}
		if reserved(base) || m.taken[base] {
			base += "Value"
		}
		name := base
		for i := 2; seen[name] || m.taken[name] || reserved(name); i++ {
			name = base + strconv.Itoa(i)
		}
		seen[name] = true
		r.name = name
	}
}
