package jsonata

var types = []builtin{
	{"boolean", "<x-:b>", 1, toBoolean},
	{"not", "<x-:b>", 1, not},
	{"exists", "<x:b>", 1, exists},
	{"type", "<x:s>", 1, typeOf},
	{"error", "<s?:x>", 1, raise},
	{"assert", "<bs?:x>", 2, assert},
}

func toBoolean(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	yes, err := c.ev.truth(args[0])
	return boolVal(yes), err
}

func not(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	yes, err := c.ev.truth(args[0])
	return boolVal(!yes), err
}

func exists(_ *call, args []val) (val, *Error) { return boolVal(args[0].exists()), nil }

var typeNames = [...]string{
	null: "null", boolean: "boolean", number: "number", text: "string", list: "array", record: "object", callable: "function",
}

func typeOf(_ *call, args []val) (val, *Error) {
	x := args[0]
	if x.kind == number {
		if _, ok, err := numeric(x); err != nil || !ok {
			return textVal("object"), err
		}
	}
	if !x.exists() {
		return val{}, nil
	}
	return textVal(typeNames[x.kind]), nil
}

func raise(_ *call, args []val) (val, *Error) {
	return val{}, &Error{Code: "D3137", Message: messageOr(args[0], "$error() function evaluated")}
}

func assert(_ *call, args []val) (val, *Error) {
	if args[0].bool() {
		return val{}, nil
	}
	return val{}, &Error{Code: "D3141", Message: messageOr(args[1], "$assert() statement failed")}
}

func messageOr(x val, otherwise string) string {
	if s := x.str(); s != "" {
		return s
	}
	return otherwise
}
