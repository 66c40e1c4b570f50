package jsonata

import (
	"math"
	"strings"
)

// The reference calls a builtin that was partially applied without a look at its signature: what becomes of an
// argument of another type is left to JavaScript. What is left of the arguments of such a call is brought here to what
// the signature has, or the result is given. Where JavaScript breaks off with an error of its own, the error is that
// of the signature.

// unchecked does so for a call of target; done says that v is the result.
func (c *call) unchecked(target *function, args []val) (v val, done bool, err *Error) {
	if len(args) == 0 {
		return val{}, false, nil
	}
	if !args[0].exists() && !takesNothing(target.name) {
		return val{}, true, nil
	}
	if loose := looseCalls[target.name]; loose != nil {
		return loose(c, args)
	}
	return val{}, false, c.coerceNumbers(target.signature, args)
}

// takesNothing tells of which builtins something can come when the first argument is undefined.
func takesNothing(name string) bool {
	switch name {
	case "", "append", "assert", "count", "error", "exists", "millis", "now", "random", "zip":
		return true
	case "hash", "parse", "partition", "range", "uuid": // which the reference does not have
		return true
	}
	return false
}

// notPartial fails for the functions of which the reference makes a text that it cannot read, when it looks for their
// parameters: $string, which has one with a default, and what was handed over as an argument.
func notPartial(fn val) *Error {
	switch {
	case fn.isArgument():
		return &Error{Code: "S0202", Token: "..", value: quoted(")")}
	case fn.function().name == "string":
		return &Error{Code: "S0208", Token: "=", value: "2"}
	}
	return nil
}

// A looseCall changes arguments, or gives the result of a call.
type looseCall func(c *call, args []val) (v val, done bool, err *Error)

var looseCalls = map[string]looseCall{
	"substring": looseSubstring, "substringBefore": looseCut, "substringAfter": looseAfter, "length": looseLength,
	"pad": loosePad, "join": looseJoin, "replace": looseReplace, "split": coercedNumber(2), "contains": looseContains,
	"lookup": coercedText(1), "encodeUrl": coercedText(0), "encodeUrlComponent": coercedText(0),
	"decodeUrl": coercedText(0), "decodeUrlComponent": coercedText(0),
	"number": looseNumber, "error": looseMessage(0), "assert": looseAssert,
	"sum": looseTotal, "average": looseAverage, "max": looseItems, "min": looseItems, "count": looseCount,
	"reverse": looseOrder, "shuffle": looseOrder, "sort": looseSort, "clone": looseClone, "match": coercedText(0),
	"toMillis": coercedText(0), "parseInteger": coercedText(0), "formatInteger": coercedNumber(0),
	"map": looseList, "filter": looseList, "single": looseList, "reduce": looseList,
	"each": looseRecord, "sift": looseRecord,
}

// withoutMissing leaves a missing function at the end out, for a signature lets none through.
func (s *Signature) withoutMissing(args []val) []val {
	n := len(args) - 1
	if s != nil && n > 0 && n < len(s.params) && s.params[n].symbol == 'f' && !args[n].exists() {
		return args[:n]
	}
	return args
}

// coerceNumbers makes numbers of arguments where a function takes numbers only.
func (c *call) coerceNumbers(s *Signature, args []val) *Error {
	if s == nil || len(s.params) == 0 || len(args) > len(s.params) {
		return nil
	}
	for _, p := range s.params {
		if p.symbol != 'n' {
			return nil
		}
	}
	for i, x := range args {
		if x.kind == number || x.kind == undefined {
			continue
		}
		f, err := c.ev.coercedNumber(x)
		if err != nil {
			return err
		}
		args[i] = numberVal(f)
	}
	return nil
}

// plus is JavaScript's +: it joins texts, and whatever is no plain value becomes one.
func (ev *evaluation) plus(a, b val) (val, *Error) {
	if isPlain(a) && isPlain(b) {
		x, err := ev.coercedNumber(a)
		if err != nil {
			return val{}, err
		}
		y, err := ev.coercedNumber(b)
		return numberVal(x + y), err
	}
	x, err := ev.coerced(a)
	if err != nil {
		return val{}, err
	}
	y, err := ev.coerced(b)
	if err != nil {
		return val{}, err
	}
	return textVal(join(x, y)), ev.charge(len(x) + len(y))
}

func isPlain(x val) bool {
	return x.kind == undefined || x.kind == null || x.kind == boolean || x.kind == number
}

// looseSubstring takes the items of an array for characters, and any values for the places.
func looseSubstring(c *call, args []val) (val, bool, *Error) {
	x, start, size := args[0], args[1], args[2]
	if x.kind != text && x.kind != list {
		return val{}, false, nil
	}
	if x.kind == text && start.kind == number && (size.kind == number || !size.exists()) {
		return val{}, false, nil
	}
	n := x.len()
	if x.kind == text {
		n = runes(x.str())
	}
	from, to, err := c.between(float64(n), start, size)
	if err != nil {
		return val{}, false, err
	}
	first, end := sliceIndex(from, n), sliceIndex(to, n)
	if x.kind == text {
		return textVal(cut(x.str(), first, end)), true, nil
	}
	v, err := c.joined(x, first, end, "")
	return v, true, err
}

// between is from where up to where $substring cuts n characters.
func (c *call) between(n float64, start, size val) (from, to float64, err *Error) {
	sum, err := c.ev.plus(numberVal(n), start)
	if err != nil {
		return 0, 0, err
	}
	if f, err := c.ev.coercedNumber(sum); err != nil || f < 0 {
		start = numberVal(0)
	}
	if from, err = c.ev.coercedNumber(start); err != nil || !size.exists() {
		return from, n, err
	}
	if f, err := c.ev.coercedNumber(size); err != nil || f <= 0 {
		return 0, 0, err
	}
	if from >= 0 {
		sum = start
	}
	if sum, err = c.ev.plus(sum, size); err == nil {
		to, err = c.ev.coercedNumber(sum)
	}
	return from, to, err
}

// joined are items of a list as one text.
func (c *call) joined(x val, from, to int, sep string) (val, *Error) {
	some := &array{}
	for i := from; i < to; i++ {
		item := x.at(i)
		s := ""
		if item.exists() && item.kind != null {
			var err *Error
			if s, err = c.ev.coerced(item); err != nil {
				return val{}, err
			}
		}
		if err := c.ev.push(some, textVal(s)); err != nil {
			return val{}, err
		}
	}
	return joinTexts(c, []val{listVal(some), textVal(sep)})
}

// looseCut looks for what is no text as for one. Of an array nothing is cut.
func looseCut(c *call, args []val) (val, bool, *Error) {
	x, sep := args[0], args[1]
	if x.kind == list {
		for i := range x.len() {
			if same(x.at(i), sep) {
				return val{}, false, nil
			}
		}
		return x, true, nil
	}
	if x.kind != text || sep.kind == text || sep.kind == undefined {
		return val{}, false, nil
	}
	s, err := c.ev.coerced(sep)
	args[1] = textVal(s)
	return val{}, false, err
}

// looseAfter is looseCut, but cuts nothing in front of what has no length.
func looseAfter(c *call, args []val) (val, bool, *Error) {
	x, sep := args[0], args[1]
	v, done, err := looseCut(c, args)
	if err != nil || done || x.kind != text || sep.kind == text || sep.kind == undefined {
		return v, done, err
	}
	_, after, found := cutAround(x.str(), args[1].str())
	if !found || sep.kind != list {
		return x, true, nil
	}
	s := newSubject(args[1].str() + after)
	return textVal(s.sub(float64(sep.len()), math.Inf(1))), true, nil
}

func looseLength(_ *call, args []val) (val, bool, *Error) {
	if args[0].kind == list {
		return numberVal(float64(args[0].len())), true, nil
	}
	return val{}, false, nil
}

// loosePad measures an array by its items, and makes a text of it only if something is missing.
func loosePad(c *call, args []val) (val, bool, *Error) {
	x, width, fill := args[0], args[1], args[2]
	if x.kind != text && x.kind != list || fill.kind == null {
		return val{}, false, nil
	}
	if x.kind == text && width.kind == number && (fill.kind == text || !fill.exists()) {
		return val{}, false, nil
	}
	w, err := c.ev.coercedNumber(width)
	if err != nil {
		return val{}, false, err
	}
	n := float64(x.len())
	if x.kind == text {
		n = float64(runes(x.str()))
	}
	missing := math.Abs(w) - n
	if !(missing > 0) {
		return x, true, nil
	}
	s, err := c.ev.coerced(x)
	if err != nil {
		return val{}, false, err
	}
	with := ""
	if fill.exists() && (fill.kind != list || fill.len() > 0) {
		if with, err = c.ev.coerced(fill); err != nil {
			return val{}, false, err
		}
	}
	if fill.kind == number || fill.kind == boolean { // it has no length to which it could be cut
		n := missing
		if err := c.ev.charge(int(min(n, 1<<40)) * len(with)); err != nil {
			return val{}, false, err
		}
		padding := strings.Repeat(with, int(n))
		if w > 0 {
			return textVal(join(s, padding)), true, nil
		}
		return textVal(join(padding, s)), true, nil
	}
	missing += float64(runes(s))
	args[0], args[1], args[2] = textVal(s), numberVal(math.Copysign(missing, w)), textVal(with)
	return val{}, false, nil
}

func looseJoin(c *call, args []val) (val, bool, *Error) {
	if args[0].kind != list {
		return val{}, false, nil
	}
	sep := ""
	if args[1].exists() {
		var err *Error
		if sep, err = c.ev.coerced(args[1]); err != nil {
			return val{}, false, err
		}
	}
	v, err := c.joined(args[0], 0, args[0].len(), sep)
	return v, true, err
}

// looseOrder leaves a text alone, or takes it for its units.
func looseOrder(c *call, args []val) (val, bool, *Error) {
	x := args[0]
	if x.kind == text && units(x.str()) <= 1 {
		return x, true, nil
	}
	return looseList(c, args)
}

// looseSort takes an array only.
func looseSort(_ *call, args []val) (val, bool, *Error) {
	x := args[0]
	switch {
	case x.kind == undefined, x.kind == list, x.kind == null, x.kind == text && units(x.str()) <= 1:
		return x, x.kind == text, nil
	case args[1].exists():
		return x, true, nil
	}
	return val{}, false, failArgument("D3070", val{}, 1)
}

func looseClone(_ *call, args []val) (val, bool, *Error) {
	switch args[0].kind {
	case number, boolean, null:
		return args[0], true, nil
	default:
		return val{}, false, nil
	}
}

// looseReplace puts in what is no text as one, where a text is replaced.
func looseReplace(c *call, args []val) (val, bool, *Error) {
	if err := c.coerceNumber(args, 3); err != nil {
		return val{}, false, err
	}
	if args[1].kind == text && args[1].str() == "" {
		return val{}, false, failArgument("D3010", args[1], 2)
	}
	if _, err := limit(args[3], "D3011", 4); err != nil {
		return val{}, false, err
	}
	if args[0].kind != text || args[1].kind != text {
		return val{}, false, nil
	}
	if args[2].kind != text {
		s, err := c.ev.coerced(args[2])
		if err != nil {
			return val{}, false, err
		}
		args[2] = textVal(s)
	}
	return val{}, false, nil
}

func (c *call) coerceNumber(args []val, i int) *Error {
	if args[i].kind == number || !args[i].exists() {
		return nil
	}
	f, err := c.ev.coercedNumber(args[i])
	args[i] = numberVal(f)
	return err
}

// looseContains looks for an item of an array.
func looseContains(_ *call, args []val) (val, bool, *Error) {
	x := args[0]
	if x.kind != list || args[1].kind != text {
		return val{}, false, nil
	}
	for i := range x.len() {
		if same(x.at(i), args[1]) {
			return boolVal(true), true, nil
		}
	}
	return boolVal(false), true, nil
}

// coercedNumber makes a number of one argument.
func coercedNumber(i int) looseCall {
	return func(c *call, args []val) (val, bool, *Error) { return val{}, false, c.coerceNumber(args, i) }
}

// coercedText makes a text of one argument.
func coercedText(i int) looseCall {
	return func(c *call, args []val) (val, bool, *Error) {
		if args[i].kind == text || !args[i].exists() {
			return val{}, false, nil
		}
		s, err := c.ev.coerced(args[i])
		args[i] = textVal(s)
		return val{}, false, err
	}
}

func looseNumber(_ *call, args []val) (val, bool, *Error) {
	switch args[0].kind {
	case undefined, number, text, boolean:
		return val{}, false, nil
	default:
		return val{}, false, failArgument("D3030", args[0], 1)
	}
}

// looseMessage makes a text of a message, and none of what JavaScript takes for false.
func looseMessage(i int) looseCall {
	return func(c *call, args []val) (val, bool, *Error) {
		if yes, err := c.ev.truthy(args[i]); err != nil || !yes {
			args[i] = val{}
			return val{}, false, err
		}
		return coercedText(i)(c, args)
	}
}

func looseAssert(c *call, args []val) (val, bool, *Error) {
	yes, err := c.ev.truthy(args[0])
	if err != nil {
		return val{}, false, err
	}
	args[0] = boolVal(yes)
	return looseMessage(1)(c, args)
}

// looseTotal adds up what is no number as + does.
func looseTotal(c *call, args []val) (val, bool, *Error) {
	x := args[0]
	if x.kind != list {
		return val{}, false, nil
	}
	sum := numberVal(0)
	for i := range x.len() {
		var err *Error
		if sum, err = c.ev.plus(sum, x.at(i)); err != nil {
			return val{}, false, err
		}
	}
	return sum, true, nil
}

func looseAverage(c *call, args []val) (val, bool, *Error) {
	sum, done, err := looseTotal(c, args)
	if err != nil || !done || args[0].len() == 0 {
		return val{}, done, err
	}
	f, err := c.ev.coercedNumber(sum)
	return numberVal(f / float64(args[0].len())), true, err
}

// looseItems makes numbers of the items of an array.
func looseItems(c *call, args []val) (val, bool, *Error) {
	x := args[0]
	if x.kind != list {
		return val{}, false, nil
	}
	out := &array{}
	for i := range x.len() {
		f, err := c.ev.coercedNumber(x.at(i))
		if err == nil {
			err = c.ev.push(out, numberVal(f))
		}
		if err != nil {
			return val{}, false, err
		}
	}
	args[0] = listVal(out)
	return val{}, false, nil
}

// looseCount is the member "length" of whatever it is.
func looseCount(_ *call, args []val) (val, bool, *Error) {
	switch x := args[0]; x.kind {
	case text:
		return numberVal(float64(units(x.str()))), true, nil
	case record:
		return x.get("length"), true, nil
	case boolean, number:
		return val{}, true, nil
	default:
		return val{}, false, nil
	}
}

// looseList walks over the units of a text, and over nothing else that is no array.
func looseList(_ *call, args []val) (val, bool, *Error) {
	switch x := args[0]; x.kind {
	case undefined, list, null:
	case text:
		out := &array{}
		for _, unit := range splitUnits(x.str()) {
			out.items = append(out.items, textVal(unit))
		}
		args[0] = listVal(out)
	default:
		args[0] = listVal(&array{})
	}
	return val{}, false, nil
}

// looseRecord takes the places of an array, or of the units of a text, for names.
func looseRecord(c *call, args []val) (val, bool, *Error) {
	x := args[0]
	if x.kind == record {
		return val{}, false, nil
	}
	o := &object{}
	if x.kind == text || x.kind == list {
		if _, _, err := looseList(c, args); err != nil {
			return val{}, false, err
		}
		x = args[0]
		if err := c.ev.charge(2 * valBytes * x.len()); err != nil {
			return val{}, false, err
		}
		for i := range x.len() {
			o.set(itoa(i), x.at(i))
		}
	}
	args[0] = recordVal(o)
	return val{}, false, nil
}
