package jsonata

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// An Error says why an expression cannot be compiled or evaluated.
type Error struct {
	Code     string // JSONata's code, such as "T1006"; the codes from Limit* on when a bound was reached
	Message  string // without the code
	Position int    // in the source, in bytes from 0; -1 when not known
}

// The codes of errors that JSONata itself does not know: an evaluation went beyond what an expression may use.
const (
	LimitTime   = "LimitTime"   // too many steps, or the context was done
	LimitMemory = "LimitMemory" // a result too large
	LimitDepth  = "LimitDepth"  // calls or brackets nested too deep
	Unsupported = "Unsupported" // part of JSONata that this evaluator refuses
	ResultType  = "ResultType"  // the result is no JSON: a function, or a number that is not finite
)

// Error gives "code: message".
func (e *Error) Error() string {
	if e.Code == "" {
		return e.Message
	}
	return e.Code + ": " + e.Message
}

func fail(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Position: -1}
}

func failAt(pos int, code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Position: pos}
}

// texts are the messages of the reference implementation (jsonata.js 2.0.6) that need no operands.
var texts = map[string]string{
	"S0101": "String literal must be terminated by a matching quote",
	"S0104": `The escape sequence \u must be followed by 4 hex digits`,
	"S0105": "Quoted property name must be terminated with a backquote (`)",
	"S0106": "Comment has no closing tag",
	"S0207": "Unexpected end of expression",
	"S0209": "A predicate cannot follow a grouping expression in a step",
	"S0210": "Each step can only have one grouping expression",
	"S0212": "The left side of := must be a variable name (start with $)",
	"S0215": "A context variable binding must precede any predicates on a step",
	"S0216": "A context variable binding must precede the 'order-by' clause on a step",
	"S0217": "The object representing the 'parent' cannot be derived from this expression",
	"S0301": "Empty regular expressions are not allowed",
	"S0302": "No terminating / in regular expression",
	"T1006": "Attempted to invoke a non-function",
	"T1007": "Attempted to partially apply a non-function",
	"T1010": "The matcher function argument passed to function does not return the correct object structure",
	"T2003": "The left side of the range operator (..) must evaluate to an integer",
	"T2004": "The right side of the range operator (..) must evaluate to an integer",
	"D1002": "Cannot negate a non-numeric value",
	"D1004": "Regular expression matches zero length string",
	"D3010": "Second argument of replace function cannot be an empty string",
	"D3011": "Fourth argument of replace function must evaluate to a positive number",
	"D3012": "Attempted to replace a matched string with a non-string value",
	"D3020": "Third argument of split function must evaluate to a positive number",
	"D3050": "The second argument of reduce function must be a function with at least two arguments",
	"D3070": "The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function",
	"D3138": "The $single() function expected exactly 1 matching result.  Instead it matched more.",
	"D3139": "The $single() function expected exactly 1 matching result.  Instead it matched 0.",
}

var (
	parseText   = regexp.MustCompile(`^JSONata error ([A-Z]\d{4}) at token ("(?:[^"\\]|\\.)*"): (.*)$`)
	operandText = regexp.MustCompile(`^the (left|right) operand of the ("[^"]+") operator must`)
	codeText    = regexp.MustCompile(`(?s)^([A-Z]\d{4})(?:: (.*))?$`)
)

// translate turns an error of gnata into an *Error; src is the expression, for positions of syntax errors.
func translate(err error, src string) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	text := err.Error()
	if m := parseText.FindStringSubmatch(text); m != nil {
		return syntaxError(src, m[1], strings.Trim(m[2], `"`), m[3])
	}
	m := codeText.FindStringSubmatch(text)
	switch {
	case m == nil && strings.Contains(text, "regex"):
		return fail("S0303", "%s", text)
	case m == nil:
		return fail("S0201", "%s", text)
	case m[1] == "U1001":
		return fail(LimitDepth, "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.")
	}
	e := fail(m[1], "%s", m[2])
	if op := operandText.FindStringSubmatch(m[2]); op != nil && (e.Code == "T2001" || e.Code == "T2002") {
		e.Code = map[string]string{"left": "T2001", "right": "T2002"}[op[1]]
		e.Message = fmt.Sprintf("The %s side of the %s operator must evaluate to a number", op[1], op[2])
	}
	if t := texts[e.Code]; t != "" {
		e.Message = t
	}
	return e
}

func syntaxError(src, code, token, detail string) *Error {
	pos := -1
	switch {
	case token == "EOF":
		pos = len(src)
		if code == "S0201" {
			code = "S0207"
		}
	case token != "" && strings.Count(src, token) == 1:
		pos = strings.Index(src, token)
	}
	e := failAt(pos, code, "%s", detail)
	if t := texts[code]; t != "" {
		e.Message = t
	} else if code == "S0201" {
		e.Message = fmt.Sprintf("Syntax error: %q", token)
	}
	return e
}
