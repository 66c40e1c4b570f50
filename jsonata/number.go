package jsonata

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

var numbers = []builtin{
	{"number", "<(nsb)-:n>", 1, toNumber},
	{"abs", "<n-:n>", 1, ofNumber(math.Abs)},
	{"floor", "<n-:n>", 1, ofNumber(math.Floor)},
	{"ceil", "<n-:n>", 1, ofNumber(math.Ceil)},
	{"round", "<n-n?:n>", 2, roundTo},
	{"sqrt", "<n-:n>", 1, squareRoot},
	{"power", "<n-n:n>", 2, power},
	{"random", "<:n>", 0, random},
	{"formatBase", "<n-n?:s>", 2, formatBase},
}

func ofNumber(f func(float64) float64) func(*call, []val) (val, *Error) {
	return func(_ *call, args []val) (val, *Error) {
		if !args[0].exists() {
			return val{}, nil
		}
		return numberVal(f(args[0].float())), nil
	}
}

var (
	decimalForm = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	radixForm   = regexp.MustCompile(`^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$`)
)

func toNumber(_ *call, args []val) (val, *Error) {
	x := args[0]
	switch x.kind {
	case undefined, number:
		return x, nil
	case boolean:
		if x.bool() {
			return numberVal(1), nil
		}
		return numberVal(0), nil
	case text:
		s := x.str()
		if decimalForm.MatchString(s) {
			if f, err := strconv.ParseFloat(s, 64); err == nil {
				return wholeText(s, f), nil
			}
		} else if radixForm.MatchString(s) {
			return numberVal(fromRadix(strings.TrimFunc(s, isBlank))), nil
		}
	default:
	}
	return val{}, failArgument("D3030", x, 1)
}

// fromRadix reads a number with a prefix of its radix; NaN for anything else.
func fromRadix(s string) float64 {
	n, ok := new(big.Int).SetString(s, 0)
	if !ok || s[0] != '0' || len(s) < 3 || isDigit(s[1]) || strings.Contains(s, "_") {
		return math.NaN()
	}
	f, _ := new(big.Float).SetInt(n).Float64()
	return f
}

// wholeText is the number f that s spells; a whole one keeps all its digits.
func wholeText(s string, f float64) val {
	if math.Abs(f) >= 1<<53 && f == math.Trunc(f) {
		if v, err := value.ParseString(s); err == nil && v.IsNumber() {
			return of(v)
		}
	}
	return numberVal(f)
}

func roundTo(_ *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	places := 0.0
	if p := args[1].float(); !math.IsNaN(p) {
		places = p
	}
	return numberVal(round(args[0].float(), places)), nil
}

// round rounds half to even, to a number of decimal places.
func round(x, places float64) float64 {
	shift := func(x, by float64) float64 {
		if by == 0 {
			return x
		}
		if by != math.Trunc(by) || math.IsInf(by, 0) || math.IsInf(x, 0) {
			return math.NaN()
		}
		return shiftDecimal(x, int(max(-1000, min(1000, by))))
	}
	x = shift(x, places)
	out := math.RoundToEven(x)
	out = shift(out, -places)
	if out == 0 {
		return 0
	}
	return out
}

// shiftDecimal multiplies by a power of ten in decimal, so that nothing is lost on the way.
func shiftDecimal(x float64, by int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	b := strconv.AppendFloat(nil, x, 'e', -1, 64)
	i := len(b) - 1
	for b[i] != 'e' {
		i--
	}
	exp, _ := strconv.Atoi(string(b[i+1:]))
	f, _ := strconv.ParseFloat(string(b[:i+1])+strconv.Itoa(exp+by), 64)
	return f
}

func squareRoot(_ *call, args []val) (val, *Error) {
	switch x := args[0]; {
	case !x.exists():
		return val{}, nil
	case x.float() < 0:
		return val{}, failArgument("D3060", x, 1)
	default:
		return numberVal(math.Sqrt(x.float())), nil
	}
}

func power(_ *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	x := pow(args[0].float(), args[1].float())
	if math.IsNaN(x) || math.IsInf(x, 0) {
		e := failArgument("D3061", args[0], 1)
		e.value2 = jsonText(args[1])
		return val{}, e
	}
	return numberVal(x), nil
}

func (ev *evaluation) randomBits(name string) (uint64, *Error) {
	if ev.env.Random == nil {
		return 0, failText("D3000", "$%s needs a source of randomness, and this evaluation has none", name)
	}
	return ev.env.Random(), nil
}

// random is a number from 0 up to 1.
func (ev *evaluation) random(name string) (float64, *Error) {
	bits, err := ev.randomBits(name)
	return float64(bits>>11) / (1 << 53), err
}

func random(c *call, _ []val) (val, *Error) {
	x, err := c.ev.random("random")
	return numberVal(x), err
}

func formatBase(_ *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	x, radix := round(args[0].float(), 0), 10.0
	if args[1].exists() {
		radix = round(args[1].float(), 0)
	}
	switch {
	case radix < 2 || radix > 36:
		return val{}, failWith("D3100", numberVal(radix))
	case math.IsNaN(radix):
		return val{}, failPlain("The radix of the formatBase function must be between 2 and 36. It was given NaN")
	case radix == 10, math.IsNaN(x), math.IsInf(x, 0):
		return textVal(numberText(x)), nil
	}
	return textVal(inRadix(x, radix)), nil
}

// inRadix writes a whole number in a radix, as JavaScript's toString does: digits that a double does not hold are zeros.
func inRadix(x, radix float64) string {
	var b [1100]byte
	at := len(b)
	rest := math.Abs(x)
	for rest/radix >= 1<<53 {
		rest /= radix
		at--
		b[at] = '0'
	}
	for {
		digit := math.Mod(rest, radix)
		at--
		b[at] = "0123456789abcdefghijklmnopqrstuvwxyz"[int(digit)]
		if rest = (rest - digit) / radix; !(rest > 0) {
			break
		}
	}
	if x < 0 {
		at--
		b[at] = '-'
	}
	return string(b[at:])
}
