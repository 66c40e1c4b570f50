package jsonata

import "math"

// The algorithm and the constants of pow are those of FreeBSD's /usr/src/lib/msun/src/e_pow.c, which came with this
// notice:
//
// ====================================================
// Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
//
// Permission to use, copy, modify, and distribute this
// software is freely granted, provided that this notice
// is preserved.
// ====================================================
//
// JavaScript engines compute Math.pow like this. Go's math.Pow is faster, and differs in the last digits.

var (
	powBase    = [2]float64{1, 1.5}
	powLogHigh = [2]float64{0, math.Float64frombits(0x3FE2B80340000000)} // log2(1.5)
	powLogLow  = [2]float64{0, math.Float64frombits(0x3E4CFDEB43CFD006)}
	powL       = [6]float64{ // the coefficients of (3/2)·(log(x) − 2s − 2/3·s³)
		math.Float64frombits(0x3FE3333333333303), math.Float64frombits(0x3FDB6DB6DB6FABFF),
		math.Float64frombits(0x3FD55555518F264D), math.Float64frombits(0x3FD17460A91D4101),
		math.Float64frombits(0x3FCD864A93C9DB65), math.Float64frombits(0x3FCA7E284A454EEF),
	}
	powP = [5]float64{ // the coefficients of the exponential
		math.Float64frombits(0x3FC555555555553E), math.Float64frombits(0xBF66C16C16BEBD93),
		math.Float64frombits(0x3F11566AAF25DE2C), math.Float64frombits(0xBEBBBD41C5D26BF1),
		math.Float64frombits(0x3E66376972BEA4D0),
	}
	ln2       = math.Float64frombits(0x3FE62E42FEFA39EF)
	ln2High   = math.Float64frombits(0x3FE62E4300000000)
	ln2Low    = math.Float64frombits(0xBE205C610CA86C39)
	powTail   = 8.0085662595372944372e-17                // -(1024 - log2(largest number + half of its last place))
	logScale  = math.Float64frombits(0x3FEEC709DC3A03FD) // 2/(3·ln 2)
	logScaleH = math.Float64frombits(0x3FEEC709E0000000)
	logScaleL = math.Float64frombits(0xBE3E2FE0145B01F5)
	perLn2    = math.Float64frombits(0x3FF71547652B82FE) // 1/ln 2
	perLn2H   = math.Float64frombits(0x3FF7154760000000)
	perLn2L   = math.Float64frombits(0x3E54AE0BF85DDF44)
)

func highWord(x float64) int32  { return int32(math.Float64bits(x) >> 32) }
func lowWord(x float64) uint32  { return uint32(math.Float64bits(x)) }
func roughly(x float64) float64 { return math.Float64frombits(math.Float64bits(x) &^ 0xffffffff) }

func withHighWord(x float64, high int32) float64 {
	return math.Float64frombits(uint64(uint32(high))<<32 | uint64(lowWord(x)))
}

// pow is x to the power of y as JavaScript's Math.pow gives it.
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
	}
	ax := math.Abs(x)
	var t1, t2 float64 // log2(ax), in two parts
	if math.Abs(y) > 1<<31 {
		ix := highWord(ax)
		switch {
		case ix < 0x3fefffff || ix <= 0x3fefffff && math.Abs(y) > 1<<64:
			return sign * pastRange(y < 0)
		case ix > 0x3ff00000 || math.Abs(y) > 1<<64:
			return sign * pastRange(y > 0)
		}
		t1, t2 = logNearOne(ax)
	} else {
		t1, t2 = log2Parts(ax)
	}
	y1 := roughly(y)
	low := float64((y-y1)*t1) + float64(y*t2)
	high := float64(y1 * t1)
	z := low + high
	switch {
	case z > 1024, z == 1024 && low+powTail > z-high:
		return sign * math.Inf(1)
	case z < -1075, z == -1075 && low <= z-high:
		return sign * 0
	}
	return sign * exp2Parts(z, high, low)
}

func pastRange(large bool) float64 {
	if large {
		return math.Inf(1)
	}
	return 0
}

// powSpecial are the powers that need no logarithm.
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
	case y == 0.5 && x >= 0:
		return math.Sqrt(x), true
	}
	return 0, false
}

// logNearOne is log2 of a number that differs from 1 by less than 2^-20.
func logNearOne(ax float64) (t1, t2 float64) {
	t := ax - 1
	w := float64(t*t) * (0.5 - float64(t*(0.3333333333333333333333-float64(t*0.25))))
	u := float64(perLn2H * t)
	v := float64(t*perLn2L) - float64(w*perLn2)
	t1 = roughly(u + v)
	return t1, v - (t1 - u)
}

func log2Parts(ax float64) (t1, t2 float64) {
	n := int32(0)
	ix := highWord(ax)
	if ix < 0x00100000 { // subnormal
		ax *= 1 << 53
		n -= 53
		ix = highWord(ax)
	}
	n += ix>>20 - 0x3ff
	j := ix & 0xfffff
	ix = j | 0x3ff00000
	k := 0
	switch {
	case j <= 0x3988E: // ax < √(3/2)
	case j < 0xBB67A: // ax < √3
		k = 1
	default:
		n++
		ix -= 0x00100000
	}
	ax = withHighWord(ax, ix)
	// ss = (ax-base)/(ax+base), in two parts
	u := ax - powBase[k]
	v := 1 / (ax + powBase[k])
	ss := float64(u * v)
	sh := roughly(ss)
	th := withHighWord(0, (ix>>1|0x20000000)+0x00080000+int32(k)<<18)
	tl := ax - (th - powBase[k])
	sl := float64(v * ((u - float64(sh*th)) - float64(sh*tl)))
	// log(ax)
	s2 := float64(ss * ss)
	r := powL[5]
	for i := 4; i >= 0; i-- {
		r = powL[i] + float64(s2*r)
	}
	r = float64(float64(s2*s2) * r)
	r += float64(sl * (sh + ss))
	s2 = float64(sh * sh)
	th = roughly(3 + s2 + r)
	tl = r - ((th - 3) - s2)
	u = float64(sh * th)
	v = float64(sl*th) + float64(tl*ss)
	ph := roughly(u + v)
	pl := v - (ph - u)
	zh := float64(logScaleH * ph)
	zl := float64(logScaleL*ph) + float64(pl*logScale) + powLogLow[k]
	t := float64(n)
	t1 = roughly(((zh + zl) + powLogHigh[k]) + t)
	return t1, zl - (((t1 - t) - powLogHigh[k]) - zh)
}

// exp2Parts is 2 to the power of z, which is high+low.
func exp2Parts(z, high, low float64) float64 {
	j := highWord(z)
	i := j & 0x7fffffff
	n := int32(0)
	if i > 0x3fe00000 { // |z| > 0.5: n is the nearest whole number
		k := i>>20 - 0x3ff
		n = j + 0x00100000>>(k+1)
		k = (n&0x7fffffff)>>20 - 0x3ff
		t := withHighWord(0, n&^(0x000fffff>>k))
		n = (n&0x000fffff | 0x00100000) >> (20 - k)
		if j < 0 {
			n = -n
		}
		high -= t
	}
	t := roughly(low + high)
	u := float64(t * ln2High)
	v := float64((low-(t-high))*ln2) + float64(t*ln2Low)
	z = u + v
	t = float64(z * z)
	p := powP[4]
	for i := 3; i >= 0; i-- {
		p = powP[i] + float64(t*p)
	}
	t1 := z - float64(t*p)
	r := float64(z*t1) / (t1 - 2)
	z = 1 - (r - z)
	j = highWord(z) + n<<20
	if j>>20 <= 0 {
		return math.Ldexp(z, int(n))
	}
	return withHighWord(z, j)
}
