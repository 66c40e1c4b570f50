package jsonata

import (
	"crypto/md5"  //nolint:gosec // the service offers it
	"crypto/sha1" //nolint:gosec // the service offers it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"

	"github.com/stepwright/stepwright/value"
)

// serviceFunctions are those that Step Functions adds to JSONata, or takes away from it.
var serviceFunctions = []builtin{
	{"partition", "<xx>", 2, partition},
	{"range", "<xxx>", 3, rangeOf},
	{"hash", "<xx>", 2, hashOf},
	{"random", "<x?:n>", 1, seededRandom},
	{"uuid", "<:s>", 0, uuid},
	{"parse", "<x>", 1, parseJSON},
	{"eval", "", 0, nil},
}

// maxRangeItems is how many items $range may give, as States.ArrayRange.
const maxRangeItems = 1000

// integerOf is an argument rounded down, as these functions want it.
func integerOf(args []val, i int) (int64, *Error) {
	f, ok, err := numeric(args[i])
	if err != nil || !ok {
		return 0, failArgument("T0410", args[i], i+1)
	}
	if f = math.Floor(f); math.Abs(f) > 1<<53 {
		return 0, failWith("D1001", args[i])
	}
	return int64(f), nil
}

// partition cuts an array into chunks of a size; the last may be short.
func partition(c *call, args []val) (val, *Error) {
	x := args[0]
	if !x.exists() {
		return val{}, nil
	}
	size, err := integerOf(args, 1)
	if err != nil {
		return val{}, err
	}
	if size < 1 {
		return val{}, failArgument("T0410", args[1], 2)
	}
	if x.kind != list {
		x = items(x)
	}
	n := x.len()
	if err := c.ev.step(n); err != nil {
		return val{}, err
	}
	if err := c.ev.charge(2 * n * valBytes); err != nil {
		return val{}, err
	}
	if x.ref == nil {
		return of(x.json.Chunks(int(min(int64(n)+1, size)))), nil
	}
	out := &array{}
	for at := 0; at < n; {
		end := int(min(int64(n), int64(at)+size))
		chunk := &array{items: make([]val, 0, end-at)}
		for ; at < end; at++ {
			chunk.items = append(chunk.items, x.at(at))
		}
		out.items = append(out.items, listVal(chunk))
	}
	return listVal(out), nil
}

// rangeOf gives the numbers from the first to the last, both included, in steps.
func rangeOf(c *call, args []val) (val, *Error) {
	var n [3]int64
	for i := range n {
		var err *Error
		if n[i], err = integerOf(args, i); err != nil {
			return val{}, err
		}
	}
	first, last, step := n[0], n[1], n[2]
	if step == 0 {
		return val{}, failArgument("T0410", args[2], 3)
	}
	count := int64(0)
	if step > 0 && first <= last || step < 0 && first >= last {
		count = (last-first)/step + 1
	}
	if count > maxRangeItems {
		return val{}, failText("T0410", "function \"range\" would give %d items; expected at most %d", count, maxRangeItems)
	}
	out := c.ev.sized(int(count))
	for i := range out.items {
		out.items[i] = numberVal(float64(first + int64(i)*step))
	}
	return listVal(out), nil
}

// hashOf gives a digest in lower-case hexadecimal; what is no string is hashed as JSON text.
func hashOf(c *call, args []val) (val, *Error) {
	x := args[0]
	if !x.exists() {
		return val{}, nil
	}
	s := x.str()
	if x.kind != text {
		v, err := c.ev.export(x)
		if err != nil {
			return val{}, failArgument("T0410", x, 1)
		}
		s = v.String()
	}
	h := newHash(args[1].str())
	if h == nil {
		return val{}, failArgument("T0410", args[1], 2)
	}
	h.Write([]byte(s))
	return textVal(hex.EncodeToString(h.Sum(nil))), c.ev.step(1 + len(s)/64)
}

func newHash(name string) hash.Hash {
	switch name {
	case "MD5":
		return md5.New() //nolint:gosec // the service offers it
	case "SHA-1":
		return sha1.New() //nolint:gosec // the service offers it
	case "SHA-256":
		return sha256.New()
	case "SHA-384":
		return sha512.New384()
	case "SHA-512":
		return sha512.New()
	}
	return nil
}

// seededRandom gives a number from 0 up to 1, always the same one for a seed.
func seededRandom(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return random(c, args)
	}
	seed, err := integerOf(args, 0)
	if err != nil {
		return val{}, err
	}
	bits := rand.NewPCG(uint64(seed), 0).Uint64()
	return numberVal(float64(bits>>11) / (1 << 53)), nil
}

// uuid gives a random identifier, version 4.
func uuid(c *call, _ []val) (val, *Error) {
	hi, err := c.ev.randomBits("uuid")
	if err != nil {
		return val{}, err
	}
	lo, err := c.ev.randomBits("uuid")
	return textVal(UUID(hi, lo)), err
}

// UUID spells 128 random bits as a version 4 UUID (RFC 9562).
func UUID(hi, lo uint64) string {
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}

// parseJSON reads JSON text.
func parseJSON(c *call, args []val) (val, *Error) {
	switch x := args[0]; x.kind {
	case undefined:
		return val{}, nil
	case text:
		if err := c.ev.charge(4 * len(x.str())); err != nil {
			return val{}, err
		}
		v, err := value.ParseString(x.str())
		if err != nil {
			return val{}, failText("D3120", "Syntax error in expression passed to function parse: %v", err)
		}
		return of(v), nil
	default:
		return val{}, failArgument("T0410", x, 1)
	}
}
