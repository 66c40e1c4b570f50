package jsonata

import "math"

// pow is x to the power of y, to the last bit of what is exactly right in all but the rarest cases. JavaScript leaves
// the last digits of Math.pow to its engine: V8 had an algorithm of its own up to Node 22, with which 10 to the power
// of -5 is 0.000009999999999999999, and takes the C library's since, which is right as well. Go's math.Pow is less so.
func pow(x, y float64) float64 {
	if z, ok := powSpecial(x, y); ok {
		return z
	}
	sign := 1.0
	if x < 0 {
		if y != math.Trunc(y) {
			return math.NaN()
		}
		if math.Mod(y, 2) != 0 {
			sign = -1
		}
		x = -x
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	if y == math.Trunc(y) && math.Abs(y) <= mostFactors {
		p := pair{m, 0}.times(int(math.Abs(y)))
		if y < 0 {
			p = pair{1, 0}.div(p)
		}
		return sign * math.Ldexp(p.high+p.low, e*int(y))
	}
	p := ln2.mul(pair{float64(e), 0}).add(logPair(m)).mul(pair{y, 0})
	switch {
	case p.high > 710:
		return sign * math.Inf(1)
	case p.high < -750:
		return sign * 0
	}
	k := math.Round(p.high / ln2.high)
	p = expPair(p.add(ln2.mul(pair{-k, 0})))
	return sign * math.Ldexp(p.high+p.low, int(k))
}

// mostFactors is up to which exponent a power is a product.
const mostFactors = 512

// powSpecial are the powers that need no arithmetic, or little.
func powSpecial(x, y float64) (float64, bool) {
	switch {
	case y == 0:
		return 1, true
	case math.IsNaN(x), math.IsNaN(y), math.Abs(x) == 1 && math.IsInf(y, 0):
		return math.NaN(), true
	case math.IsInf(y, 0), math.IsInf(x, 0), x == 0, math.Abs(x) == 1:
		return math.Pow(x, y), true
	case y == 1:
		return x, true
	case y == -1:
		return 1 / x, true
	case y == 2:
		return x * x, true
	}
	return 0, false
}

// A pair is a number with twice the digits: the sum of two, of which the low one is less than the last place of the
// high one.
type pair struct{ high, low float64 }

var ln2 = pair{math.Ln2, 2.3190468138462996e-17}

func (a pair) add(b pair) pair {
	s := a.high + b.high
	t := s - a.high
	rest := (a.high - (s - t)) + (b.high - t) + a.low + b.low
	return normal(s, rest)
}

func (a pair) mul(b pair) pair {
	p := a.high * b.high
	return normal(p, math.FMA(a.high, b.high, -p)+(a.high*b.low+a.low*b.high))
}

func (a pair) div(b pair) pair {
	q := a.high / b.high
	rest := a.add(b.mul(pair{-q, 0}))
	return normal(q, (rest.high+rest.low)/b.high)
}

func normal(high, low float64) pair {
	s := high + low
	return pair{s, low - (s - high)}
}

// times is the product of n factors a.
func (a pair) times(n int) pair {
	out := pair{1, 0}
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			out = out.mul(a)
		}
		a = a.mul(a)
	}
	return out
}

// expPair is e to the power of x, which is less than 1: a series for a small part of it, squared again and again.
func expPair(x pair) pair {
	const halvings, terms = 8, 10
	x = pair{math.Ldexp(x.high, -halvings), math.Ldexp(x.low, -halvings)}
	sum := pair{1, 0}
	for n := float64(terms); n > 0; n-- {
		sum = sum.mul(x).div(pair{n, 0}).add(pair{1, 0})
	}
	for range halvings {
		sum = sum.mul(sum)
	}
	return sum
}

// logPair is the logarithm of m, which is about 1: a first guess, and what it lacks.
func logPair(m float64) pair {
	guess := pair{math.Log(m), 0}
	e := expPair(guess)
	lacks := pair{m, 0}.add(pair{-e.high, -e.low}).div(e.add(pair{m, 0}))
	return guess.add(lacks).add(lacks)
}
