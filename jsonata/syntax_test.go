package jsonata_test

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/jsonata"
)

// TestSyntaxErrors is about what cannot be read: code, position, token and message are what the reference answered, also
// of Parse alone. Where a % means nothing the reference tells no place; we do.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		src, code string
		position  int
		token     string
		message   string
	}{
		{"'open", "S0101", 5, "", "String literal must be terminated by a matching quote"},
		{"1e400", "S0102", 0, "1e400", "Number out of range: \"1e400\""},
		{"'\\q'", "S0103", 2, "q", "Unsupported escape sequence: \\\"q\""},
		{"'\\u12'", "S0104", 2, "", "The escape sequence \\u must be followed by 4 hex digits"},
		{"a.`open", "S0105", 7, "", "Quoted property name must be terminated with a backquote (`)"},
		{"/* open", "S0106", 0, "", "Comment has no closing tag"},
		{"1 2", "S0201", 3, "2", "Syntax error: 2"},
		{"a b", "S0201", 3, "b", "Syntax error: \"b\""},
		{"(1 2)", "S0202", 4, "2", "Expected \")\", got 2"},
		{"[1,", "S0203", 3, "(end)", "Expected \"]\" before end of expression"},
		{"(1", "S0203", 2, "(end)", "Expected \")\" before end of expression"},
		{"{'a' 1}", "S0202", 6, "1", "Expected \":\", got 1"},
		{"a ! b", "S0204", 3, "!", "Unknown operator: \"!\""},
		{"~ a", "S0204", 1, "~", "Unknown operator: \"~\""},
		{"1 +", "S0207", 3, "(end)", "Unexpected end of expression"},
		{"", "S0207", 0, "(end)", "Unexpected end of expression"},
		{"-", "S0207", 1, "(end)", "Unexpected end of expression"},
		{"function(a){1}", "S0208", 10, "a", "Parameter 1 of function definition must be a variable name (start with $)"},
		{"function($a, 5){1}", "S0208", 14, "5", "Parameter 2 of function definition must be a variable name (start with $)"},
		{"$x{'a':1}[0]", "S0209", 10, "", "A predicate cannot follow a grouping expression in a step"},
		{"a{b:c}{d:e}", "S0210", 7, "", "Each step can only have one grouping expression"},
		{"+ 1", "S0211", 1, "+", "The symbol \"+\" cannot be used as a unary operator"},
		{"1 := 2", "S0212", 1, "1", "The left side of := must be a variable name (start with $)"},
		{"a.b := 2", "S0212", 2, ".", "The left side of := must be a variable name (start with $)"},
		{"a.1", "S0213", 3, "", "The literal value 1 cannot be used as a step within a path expression"},
		{"a.true", "S0213", 6, "", "The literal value true cannot be used as a step within a path expression"},
		{"a.null", "S0213", 6, "", "The literal value null cannot be used as a step within a path expression"},
		{"a@b", "S0214", 3, "@", "The right side of \"@\" must be a variable name (start with $)"},
		{"a#1", "S0214", 3, "#", "The right side of \"#\" must be a variable name (start with $)"},
		{"a[0]@$b", "S0215", 5, "", "A context variable binding must precede any predicates on a step"},
		{"a^(b)@$c", "S0216", 6, "", "A context variable binding must precede the 'order-by' clause on a step"},
		{"%", "S0217", 1, "parent", "The object representing the 'parent' cannot be derived from this expression"},
		{"a.%.%", "S0217", 1, "path", "The object representing the 'parent' cannot be derived from this expression"},
		{"%.b", "S0217", 2, "path", "The object representing the 'parent' cannot be derived from this expression"},
		{"//", "S0301", 1, "", "Empty regular expressions are not allowed"},
		{"/open", "S0302", 5, "", "No terminating / in regular expression"},
		{"λ($x)<s<n>>{1}", "S0401", 8, "", "Type parameters can only be applied to functions and arrays"},
		{"λ($x)<(s<n>)>{1}", "S0402", 7, "", "Choice groups containing parameterized types are not supported"},
		{"[1 100.50]", "S0202", 9, "100.5", "Expected \"]\", got 100.5"},
		{"{1", "S0203", 2, "(end)", "Expected \":\" before end of expression"},
		{"1 ? 2 : ", "S0207", 8, "(end)", "Unexpected end of expression"},
		{"a[1", "S0203", 3, "(end)", "Expected \"]\" before end of expression"},
		{"$f(1", "S0203", 4, "(end)", "Expected \")\" before end of expression"},
		{"$f(1 true)", "S0202", 9, "true", "Expected \")\", got true"},
		{"|a|b", "S0203", 4, "(end)", "Expected \"|\" before end of expression"},
		{"😀 😀", "S0201", 5, "😀", "Syntax error: \"😀\""},
		{"a[b:=1]", "S0212", 3, "b", "The left side of := must be a variable name (start with $)"},
		{"(a:=1)", "S0212", 2, "a", "The left side of := must be a variable name (start with $)"},
		{"a ^ b", "S0202", 5, "b", "Expected \"(\", got \"b\""},
		{"a^(b", "S0203", 4, "(end)", "Expected \")\" before end of expression"},
		{"and and", "S0207", 7, "(end)", "Unexpected end of expression"},
		{"?", "S0211", 1, "?", "The symbol \"?\" cannot be used as a unary operator"},
		{"{'a':1,}", "S0211", 8, "}", "The symbol \"}\" cannot be used as a unary operator"},
		{"[1..]", "S0211", 5, "]", "The symbol \"]\" cannot be used as a unary operator"},
		{"a..b", "S0201", 3, "..", "Syntax error: \"..\""},
		{"$x(", "S0203", 3, "(end)", "Expected \")\" before end of expression"},
		{"'\n", "S0101", 2, "", "String literal must be terminated by a matching quote"},
		{"a.[1", "S0203", 4, "(end)", "Expected \"]\" before end of expression"},
		{"**.`x", "S0105", 5, "", "Quoted property name must be terminated with a backquote (`)"},
		{"function($x)<n{1}", "S0202", 15, "{", "Expected \">\", got \"{\""},
	} {
		_, parsing := jsonata.Parse(test.src)
		_, compiling := jsonata.Compile(test.src)
		for _, err := range []error{parsing, compiling} {
			var own *jsonata.Error
			if !errors.As(err, &own) {
				t.Errorf("%s: error %v", test.src, err)
				continue
			}
			if own.Code != test.code || own.Position != test.position || own.Token != test.token || own.Message != test.message {
				t.Errorf("%s: %s at %d, token %q, want %s at %d, token %q:\n%s\n%s",
					test.src, own.Code, own.Position, own.Token, test.code, test.position, test.token, own.Message, test.message)
			}
		}
	}
}
