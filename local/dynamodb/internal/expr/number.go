package expr

import (
	"cmp"
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// What DynamoDB keeps of a number.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// A number is ±digits × 10^exp. Its digits have no zeros at either end; zero has no digits.
type number struct {
	neg    bool
	digits string
	exp    int
}

const (
	overflow  = Error("Number overflow. Attempting to store a number with magnitude larger than supported range")
	underflow = Error("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	imprecise = Error("Attempting to store more than 38 significant digits in a Number")
	noNumber  = "The parameter cannot be converted to a numeric value"
)

// parseNumber reads a number as the API writes it: a decimal literal, with or without fraction and exponent.
func parseNumber(s string) (number, error) {
	if s == "" {
		return number{}, Error(noNumber)
	}
	bad := Error(noNumber + ": " + s)
	rest := s
	var n number
	switch rest[0] {
	case '-':
		n.neg, rest = true, rest[1:]
	case '+':
		rest = rest[1:]
	}
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		exp, ok := exponent(rest[i+1:])
		if !ok {
			return number{}, bad
		}
		n.exp, rest = exp, rest[:i]
	}
	whole, frac, _ := strings.Cut(rest, ".")
	if whole+frac == "" || !allDigits(whole) || !allDigits(frac) {
		return number{}, bad
	}
	n.exp -= len(frac)
	n.digits = whole + frac
	n = n.trim()
	return n, n.check()
}

// exponent reads a signed exponent; what is beyond any number's range is cut to a large one, so that it costs nothing.
func exponent(s string) (int, bool) {
	digits := s
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	if digits == "" || !allDigits(digits) {
		return 0, false
	}
	if len(strings.TrimLeft(digits, "0")) > 9 {
		if s[0] == '-' {
			return -1 << 30, true
		}
		return 1 << 30, true
	}
	exp, err := strconv.Atoi(s)
	return exp, err == nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// trim removes the zeros at both ends.
func (n number) trim() number {
	n.digits = strings.TrimLeft(n.digits, "0")
	short := strings.TrimRight(n.digits, "0")
	n.exp += len(n.digits) - len(short)
	n.digits = short
	if short == "" {
		return number{}
	}
	return n
}

// magnitude is the power of ten of the first digit.
func (n number) magnitude() int { return len(n.digits) + n.exp - 1 }

func (n number) check() error {
	switch {
	case n.digits == "":
		return nil
	case n.magnitude() > maxExponent:
		return overflow
	case n.magnitude() < minExponent:
		return underflow
	case len(n.digits) > maxDigits:
		return imprecise
	}
	return nil
}

// String spells the number as DynamoDB gives it back: without exponent and without needless zeros.
func (n number) String() string {
	sign := ""
	if n.neg {
		sign = "-"
	}
	switch point := len(n.digits) + n.exp; {
	case n.digits == "":
		return "0"
	case n.exp >= 0:
		return sign + n.digits + strings.Repeat("0", n.exp)
	case point > 0:
		return sign + n.digits[:point] + "." + n.digits[point:]
	default:
		return sign + "0." + strings.Repeat("0", -point) + n.digits
	}
}

// add gives a+b exactly. A sum that 38 digits cannot hold is refused, with the words that the service uses for it.
func add(a, b number) (number, error) {
	exp := min(a.exp, b.exp)
	if a.digits == "" {
		exp = b.exp
	} else if b.digits == "" {
		exp = a.exp
	}
	sum := new(big.Int).Add(a.scaled(exp), b.scaled(exp))
	n := number{neg: sum.Sign() < 0, digits: new(big.Int).Abs(sum).String(), exp: exp}.trim()
	err := n.check()
	if errors.Is(err, imprecise) {
		err = overflow
	}
	return n, err
}

// negated is -n.
func (n number) negated() number {
	n.neg = !n.neg && n.digits != ""
	return n
}

// scaled gives n as a count of 10^exp; exp is not above n's own.
func (n number) scaled(exp int) *big.Int {
	if n.digits == "" {
		return new(big.Int)
	}
	i, _ := new(big.Int).SetString(n.digits+strings.Repeat("0", n.exp-exp), 10)
	if n.neg {
		i.Neg(i)
	}
	return i
}

// compare orders two numbers by amount: -1, 0 or 1.
func compare(a, b number) int {
	as, bs := a.sign(), b.sign()
	if as != bs || as == 0 {
		return cmp.Compare(as, bs)
	}
	c := cmp.Compare(a.magnitude(), b.magnitude())
	if c == 0 {
		c = strings.Compare(a.digits, b.digits)
	}
	return c * as
}

func (n number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.neg:
		return -1
	}
	return 1
}

// key spells the number so that the bytes of two keys order as the numbers do.
func (n number) key() string {
	const zero = 1 << 15 // above every exponent's absolute value
	switch n.sign() {
	case 0:
		return "\x01"
	case 1:
		m := n.magnitude() + zero
		return "\x02" + string([]byte{byte(m >> 8), byte(m)}) + n.digits
	}
	m := zero - n.magnitude()
	b := []byte{0, byte(m >> 8), byte(m)}
	for i := range len(n.digits) {
		b = append(b, '0'+'9'-n.digits[i])
	}
	return string(append(b, 0xff))
}

// size is the number of bytes that count for it: one per two digits, one more, and one for a minus.
func (n number) size() int {
	if n.digits == "" {
		return 1
	}
	s := (len(n.digits)+1)/2 + 1
	if n.neg {
		s++
	}
	return s
}
