package jsonata

import (
	"crypto/md5"  //nolint:gosec // the service offers it
	"crypto/sha1" //nolint:gosec // the service offers it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"
	"reflect"

	"github.com/stepwright/stepwright/value"
)

// maxRange is how many items $range may give, as States.ArrayRange.
const maxRange = 1000

// A function takes and gives gnata's own values, so that order of members and null survive.
type function = func(args []any, focus any) (any, error)

// An environment is what gnata binds variables in; its type has no exported name.
type environment interface {
	Bind(name string, x any)
	Lookup(name string) (any, bool)
}

// bindFunctions makes g's functions those of JSONata 2.0.6 as Step Functions has them.
func bindFunctions(g environment, env *Env) {
	like, _ := g.Lookup("count")
	native := reflect.TypeOf(like)
	o := own{env}
	for name, f := range map[string]function{
		"partition": o.partition, "range": o.rangeOf, "hash": o.hash, "random": o.random, "uuid": o.uuid,
		"parse": o.parse, "now": o.now, "millis": o.millis, "shuffle": o.shuffle,
	} {
		g.Bind(name, reflect.ValueOf(f).Convert(native).Interface())
	}
	for _, name := range []string{"eval", "flatten", "values"} { // the service removes $eval; 2.0.6 has no others
		g.Bind(name, nil)
	}
}

// own are the functions that Step Functions adds to JSONata, and those that reach for clock and randomness.
type own struct{ env *Env }

func argument(args []any, i int) any {
	if i >= len(args) {
		return nil
	}
	if items, ok := sequence(args[i]); ok {
		switch len(items) {
		case 0:
			return nil
		case 1:
			return items[0]
		}
		return items
	}
	return args[i]
}

// integer is the argument i rounded down, as these functions want it.
func integer(function string, args []any, i int) (int64, error) {
	f, ok := number(argument(args, i))
	if !ok {
		return 0, mismatch(function, i)
	}
	if f = math.Floor(f); math.Abs(f) > 1<<53 {
		return 0, fail("D1001", "Number out of range: %v", f)
	}
	return int64(f), nil
}

func number(x any) (float64, bool) {
	switch x := x.(type) {
	case float64:
		return x, !math.IsNaN(x) && !math.IsInf(x, 0)
	case json.Number:
		f, err := x.Float64()
		return f, err == nil
	}
	return 0, false
}

func mismatch(function string, i int) error {
	return fail("T0410", "Argument %d of function \"%s\" does not match function signature", i+1, function)
}

// partition cuts an array into chunks of a size; the last may be short.
func (own) partition(args []any, _ any) (any, error) {
	x := argument(args, 0)
	if x == nil {
		return nil, nil
	}
	size, err := integer("partition", args, 1)
	if err != nil {
		return nil, err
	}
	if size < 1 {
		return nil, mismatch("partition", 1)
	}
	items, ok := x.([]any)
	if !ok {
		items = []any{x}
	}
	out := make([]any, 0, len(items)/int(min(size, int64(len(items)+1)))+1)
	for len(items) > 0 {
		n := int(min(size, int64(len(items))))
		out = append(out, append([]any{}, items[:n]...))
		items = items[n:]
	}
	return out, nil
}

// rangeOf gives the numbers from the first to the last, both included, in steps.
func (own) rangeOf(args []any, _ any) (any, error) {
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = integer("range", args, i); err != nil {
			return nil, err
		}
	}
	first, last, step := n[0], n[1], n[2]
	if step == 0 {
		return nil, mismatch("range", 2)
	}
	count := int64(0)
	if step > 0 && first <= last || step < 0 && first >= last {
		count = (last-first)/step + 1
	}
	if count > maxRange {
		return nil, fail("T0410", "function \"range\" would give %d items; expected at most %d", count, maxRange)
	}
	out := make([]any, 0, count)
	for i := range count {
		out = append(out, float64(first+i*step))
	}
	return out, nil
}

// hash gives a digest in lower-case hexadecimal; what is no string is hashed as JSON text.
func (own) hash(args []any, _ any) (any, error) {
	x := argument(args, 0)
	if x == nil {
		return nil, nil
	}
	text, ok := x.(string)
	if !ok {
		v, err := fromGnata(x, 0)
		if err != nil {
			return nil, mismatch("hash", 0)
		}
		text = v.String()
	}
	name, _ := argument(args, 1).(string)
	h := newHash(name)
	if h == nil {
		return nil, mismatch("hash", 1)
	}
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil)), nil
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

func (o own) bits(function string) (uint64, error) {
	if o.env.Random == nil {
		return 0, fail("D3000", "$%s needs a source of randomness, and this evaluation has none", function)
	}
	return o.env.Random(), nil
}

// random gives a number from 0 up to 1, always the same one for a seed.
func (o own) random(args []any, _ any) (any, error) {
	var bits uint64
	if argument(args, 0) != nil {
		seed, err := integer("random", args, 0)
		if err != nil {
			return nil, err
		}
		bits = rand.NewPCG(uint64(seed), 0).Uint64()
	} else {
		var err error
		if bits, err = o.bits("random"); err != nil {
			return nil, err
		}
	}
	return float64(bits>>11) / (1 << 53), nil
}

// uuid gives a random identifier, version 4.
func (o own) uuid([]any, any) (any, error) {
	hi, err := o.bits("uuid")
	if err != nil {
		return nil, err
	}
	return UUID(hi, o.env.Random()), nil
}

// UUID spells 128 random bits as a version 4 UUID (RFC 9562).
func UUID(hi, lo uint64) string {
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&(1<<48-1))
}

// parse reads JSON text.
func (own) parse(args []any, _ any) (any, error) {
	switch x := argument(args, 0).(type) {
	case nil:
		return nil, nil
	case string:
		v, err := value.ParseString(x)
		if err != nil {
			return nil, fail("D3120", "Syntax error in expression passed to function parse: %v", err)
		}
		return toGnata(v), nil
	}
	return nil, mismatch("parse", 0)
}

// now tells the evaluation's time in ISO 8601, or by a picture and a time zone as $fromMillis does.
func (o own) now(args []any, _ any) (any, error) {
	if argument(args, 0) == nil && argument(args, 1) == nil {
		return o.env.Now.UTC().Format("2006-01-02T15:04:05.000Z"), nil
	}
	return fromMillis(float64(o.env.Now.UnixMilli()), argument(args, 0), argument(args, 1))
}

func (o own) millis([]any, any) (any, error) { return float64(o.env.Now.UnixMilli()), nil }

// shuffle gives the items in a random order.
func (o own) shuffle(args []any, _ any) (any, error) {
	x := argument(args, 0)
	items, ok := x.([]any)
	if !ok || len(items) < 2 {
		return x, nil
	}
	if _, err := o.bits("shuffle"); err != nil {
		return nil, err
	}
	out := append([]any{}, items...)
	for i := len(out) - 1; i > 0; i-- {
		j := int(o.env.Random() % uint64(i+1))
		out[i], out[j] = out[j], out[i]
	}
	return out, nil
}
