package jsonata

import (
	"math"
	"testing"
)

// TestPow compares with what V8 gives since Node 24, to the last bit. Go's math.Pow differs in most of these.
func TestPow(t *testing.T) {
	t.Parallel()
	inf, nan := math.Inf(1), math.NaN()
	for _, test := range []struct{ x, y, want float64 }{
		{0.94, 10, 0.5386151140948994},
		{10.333242, 19, 18642124729674535000},
		{1.495, 20, 3110.4545027317336},
		{4.5, 3.72, 269.1228363306822},
		{0.28664374, 23, 3.3027569760987154e-13},
		{93.59140680235922, 3, 819800.0227520837},
		{0.3254838040766456, -9, 24391.333912939535},
		{0.039829908589103576, 7.13116851743626, 1.0419735584497226e-10},
		{2, 0.1, 1.0717734625362931},
		{2, -10.7, 0.0006011447330785727},
		{1.000000001, 2147483649.5, 8.563284553781262},
		{10, -5, 0.00001},
		{1e-300, 1.05, 1e-315},
		{5e-324, 0.9, 1.0578064022210135e-291},
		{7, 1.5, 18.520259177452136},
		{1e-200, -1.5, 1e300},
		{0, 0, 1},
		{nan, 0, 1},
		{2, nan, nan},
		{1, inf, nan},
		{-1, -inf, nan},
		{2, inf, inf},
		{0.5, inf, 0},
		{-8, 1.0 / 3, nan},
		{0, -1, inf},
		{-2, 3, -8},
		{-2, 1024, inf},
		{-2, 1025, -inf},
		{2, -1074, 5e-324},
		{2, -1080, 0},
		{9, 0.5, 3},
	} {
		if got := pow(test.x, test.y); got != test.want && !(math.IsNaN(got) && math.IsNaN(test.want)) {
			t.Errorf("%v to the power of %v is %v, want %v", test.x, test.y, got, test.want)
		}
	}
}

// TestSpell is about numbers as texts: 15 digits, halves away from zero.
func TestSpell(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		0: "0", -0.5: "-0.5", 0.1 + 0.2: "0.3", 1e21: "1e+21", 1e-7: "1e-7", 123456789012345680: "123456789012346000",
		1125899906842625: "1125899906842630", -1125899906842625: "-1125899906842630", 1.0 / 3: "0.333333333333333",
		2.0 / 3: "0.666666666666667", 1e300: "1e+300", 5e-324: "5e-324", 100: "100", 1e15: "1000000000000000",
	} {
		if got := spell(f); got != want {
			t.Errorf("%v is spelt %s, want %s", f, got, want)
		}
	}
}

func TestInRadix(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		x, radix float64
		want     string
	}{
		{0, 2, "0"},
		{255, 16, "ff"},
		{-255, 2, "-11111111"},
		{35, 36, "z"},
		{1 << 53, 20, "23jc3e8722c9c"},
		{1 << 58, 20, "3a779j17783j80"},
		{1 << 60, 36, "8rc4kbdvss00"},
		{1 << 60, 3, "21200101122222021102111220121112210000"},
	} {
		if got := inRadix(test.x, test.radix); got != test.want {
			t.Errorf("%v in radix %v is %s, want %s", test.x, test.radix, got, test.want)
		}
	}
}
