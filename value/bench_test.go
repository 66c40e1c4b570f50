package value_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

// payload is a document of a thousand photographs.
func payload() string {
	var b strings.Builder
	b.WriteString(`{"photos":[`)
	for i := range 1000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"photo-%d","size":%d,"gps":{"lat":47.3769,"lon":8.5417},"tags":["lake","Zürich"],"ok":true,"note":null}`, i, i*1000)
	}
	b.WriteString(`]}`)
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	src := []byte(payload())
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := value.Parse(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	v := value.MustParse(payload())
	buf := v.AppendJSON(nil)
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = v.AppendJSON(buf[:0])
	}
}

func BenchmarkEqual(b *testing.B) {
	x, y := value.MustParse(payload()), value.MustParse(payload())
	b.ReportAllocs()
	for b.Loop() {
		if !value.Equal(x, y) {
			b.Fatal("not equal")
		}
	}
}

func BenchmarkGet(b *testing.B) {
	for _, n := range []int{4, 8, 64} {
		var o value.Builder
		for i := range n {
			o.Set(fmt.Sprintf("member%d", i), value.Int(i))
		}
		v, last := o.Object(), fmt.Sprintf("member%d", n-1)
		b.Run(fmt.Sprintf("%d members", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !v.Get(last).Exists() {
					b.Fatal("not there")
				}
			}
		})
	}
}

func BenchmarkWith(b *testing.B) {
	v := value.MustParse(`{"a":1,"b":2,"c":3,"d":4,"e":5}`)
	b.ReportAllocs()
	for b.Loop() {
		v.With("c", value.True)
	}
}
