package flow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// evaluate builds a workflow that returns what body computes, runs it on input, and gives the output.
func evaluate[Out any](t *testing.T, input string, body func(f *flow.Flow, o *Order) *Out) string {
	t.Helper()
	w := order(body)
	build(t, w)
	var got value.Value
	flowtest.Run(t, w, value.MustParse(input)).Output(&got)
	return got.String()
}

// lists are the inputs that list functions must be right for: lists of 0, 1 and 2 elements, and the null that a nil
// slice arrives as.
var lists = []struct{ name, lines, tags, batches string }{
	{"none", `[]`, `[]`, `[]`},
	{"one", `[{"sku":"a","price":2,"count":1}]`, `["x"]`, `[[1]]`},
	{"two", `[{"sku":"b","price":3},{"sku":"a","price":2,"count":1}]`, `["x","x"]`, `[[1,2],[]]`},
	{"null", `null`, `null`, `null`},
	{"one of two", `[{"sku":"b","price":3},{"sku":"a","price":2}]`, `["y","x"]`, `[[1,2]]`},
	{"null inside", `[{"sku":"b","price":3}]`, `["y"]`, `[null,[3]]`},
}

func TestLists(t *testing.T) {
	t.Parallel()
	sku := func(l *Line) *string { return &l.SKU }
	price := func(l *Line) *float64 { return &l.Price }
	for _, c := range []struct {
		name string
		body func(f *flow.Flow, o *Order) *any
		want [6]string // for the inputs of lists
	}{
		{
			"Map", func(f *flow.Flow, o *Order) *any { return open(f, flow.Map(f, &o.Lines, sku)) },
			[6]string{`[]`, `["a"]`, `["b","a"]`, `[]`, `["b","a"]`, `["b"]`},
		},
		{"Map to an object", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, &o.Lines, func(l *Line) *Answer {
				a := &Answer{}
				return flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, &l.SKU, "!")))
			}))
		}, [6]string{`[]`, `[{"Text":"a!"}]`, `[{"Text":"b!"},{"Text":"a!"}]`, `[]`, `[{"Text":"b!"},{"Text":"a!"}]`, `[{"Text":"b!"}]`}},
		{"Map to a list", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, &o.Batches, func(b *[]int) *[]int { return b }))
		}, [6]string{`[]`, `[[1]]`, `[[1,2],[]]`, `[]`, `[[1,2]]`, `[null,[3]]`}},
		{"Map of a map", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, flow.Map(f, &o.Lines, price), func(p *float64) *float64 { return flow.Mul(f, p, new(2.0)) }))
		}, [6]string{`[]`, `[4]`, `[6,4]`, `[]`, `[6,4]`, `[6]`}},
		{"Map leaves out the absent", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, &o.Lines, func(l *Line) *int { return l.Count }))
		}, [6]string{`[]`, `[1]`, `[1]`, `[]`, `[]`, `[]`}},
		{"Map inside of Map", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, &o.Lines, func(l *Line) *[]string {
				return flow.Map(f, &o.Lines, func(k *Line) *string { return flow.Text(f, &l.SKU, &k.SKU) })
			}))
		}, [6]string{`[]`, `[["aa"]]`, `[["bb","ba"],["ab","aa"]]`, `[]`, `[["bb","ba"],["ab","aa"]]`, `[["bb"]]`}},
		{"Filter", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, flow.Filter(f, &o.Lines, func(l *Line) flow.Condition { return flow.Above(&l.Price, 2) }), sku))
		}, [6]string{`[]`, `[]`, `["b"]`, `[]`, `["b"]`, `["b"]`}},
		{"Filter keeps all", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Filter(f, &o.Tags, func(s *string) flow.Condition { return flow.Exists(s) }))
		}, [6]string{`[]`, `["x"]`, `["x","x"]`, `[]`, `["y","x"]`, `["y"]`}},
		{"Filter lists", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Filter(f, &o.Batches, func(b *[]int) flow.Condition { return flow.Above(flow.Count(f, b), 0) }))
		}, [6]string{`[]`, `[[1]]`, `[[1,2]]`, `[]`, `[[1,2]]`, `[[3]]`}},
		{
			"SortBy", func(f *flow.Flow, o *Order) *any { return open(f, flow.Map(f, flow.SortBy(f, &o.Lines, sku), sku)) },
			[6]string{`[]`, `["a"]`, `["a","b"]`, `[]`, `["a","b"]`, `["b"]`},
		},
		{"SortBy an optional key", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Map(f, flow.SortBy(f, &o.Lines, func(l *Line) *int { return l.Count }), sku))
		}, [6]string{`[]`, `["a"]`, `["b","a"]`, `[]`, `["b","a"]`, `["b"]`}},
		{"Count", func(f *flow.Flow, o *Order) *any { return open(f, flow.Count(f, &o.Lines)) }, [6]string{`0`, `1`, `2`, `0`, `2`, `1`}},
		{"Count lists", func(f *flow.Flow, o *Order) *any { return open(f, flow.Count(f, &o.Batches)) }, [6]string{`0`, `1`, `2`, `0`, `1`, `2`}},
		{
			"Sum", func(f *flow.Flow, o *Order) *any { return open(f, flow.Sum(f, flow.Map(f, &o.Lines, price))) },
			[6]string{`0`, `2`, `5`, `0`, `5`, `3`},
		},
		{"First", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, &flow.First(f, &o.Lines).SKU, new("no")))
		}, [6]string{`"no"`, `"a"`, `"b"`, `"no"`, `"b"`, `"b"`}},
		{"First list", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, flow.First(f, &o.Batches), &[]int{}))
		}, [6]string{`[]`, `[1]`, `[1,2]`, `[]`, `[1,2]`, `[]`}},
		{"First into a member that may be left out", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Let(f, "Question", &Question{Note: flow.First(f, &o.Tags)}))
		}, [6]string{
			`{"kind":"","orderId":"","total":0}`, `{"kind":"","orderId":"","total":0,"note":"x"}`, `{"kind":"","orderId":"","total":0,"note":"x"}`,
			`{"kind":"","orderId":"","total":0}`, `{"kind":"","orderId":"","total":0,"note":"y"}`, `{"kind":"","orderId":"","total":0,"note":"y"}`,
		}},
		{"Last", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, &flow.Last(f, &o.Lines).SKU, new("no")))
		}, [6]string{`"no"`, `"a"`, `"a"`, `"no"`, `"a"`, `"b"`}},
		{"Last list", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, flow.Last(f, &o.Batches), &[]int{}))
		}, [6]string{`[]`, `[1]`, `[]`, `[]`, `[1,2]`, `[3]`}},
		{"At", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, &flow.At(f, &o.Lines, flow.Sub(f, &o.Items, new(1))).SKU, new("no")))
		}, [6]string{`"no"`, `"no"`, `"a"`, `"no"`, `"a"`, `"no"`}},
		{
			"first by address", func(f *flow.Flow, o *Order) *any { return open(f, flow.OrElse(f, &o.Lines[0].SKU, new("no"))) },
			[6]string{`"no"`, `"a"`, `"b"`, `"no"`, `"b"`, `"b"`},
		},
		{
			"Append", func(f *flow.Flow, o *Order) *any { return open(f, flow.Append(f, &o.Tags, &[]string{"z"})) },
			[6]string{`["z"]`, `["x","z"]`, `["x","x","z"]`, `["z"]`, `["y","x","z"]`, `["y","z"]`},
		},
		{
			"Append to itself", func(f *flow.Flow, o *Order) *any { return open(f, flow.Append(f, &o.Batches, &o.Batches)) },
			[6]string{`[]`, `[[1],[1]]`, `[[1,2],[],[1,2],[]]`, `[]`, `[[1,2],[1,2]]`, `[null,[3],null,[3]]`},
		},
		{
			"Append nothing to lists", func(f *flow.Flow, o *Order) *any { return open(f, flow.Append(f, &o.Batches, &[][]int{})) },
			[6]string{`[]`, `[[1]]`, `[[1,2],[]]`, `[]`, `[[1,2]]`, `[null,[3]]`},
		},
		{
			"Flatten", func(f *flow.Flow, o *Order) *any { return open(f, flow.Flatten(f, &o.Batches)) },
			[6]string{`[]`, `[1]`, `[1,2]`, `[]`, `[1,2]`, `[3]`},
		},
		{
			"Distinct", func(f *flow.Flow, o *Order) *any { return open(f, flow.Distinct(f, &o.Tags)) },
			[6]string{`[]`, `["x"]`, `["x"]`, `[]`, `["y","x"]`, `["y"]`},
		},
		{
			"Join", func(f *flow.Flow, o *Order) *any { return open(f, flow.Join(f, &o.Tags, "-")) },
			[6]string{`""`, `"x"`, `"x-x"`, `""`, `"y-x"`, `"y"`},
		},
		{"Contains", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.If(f, flow.Contains(&o.Tags, new("x")), new(true), new(false)))
		}, [6]string{`false`, `true`, `true`, `false`, `true`, `false`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for i, in := range lists {
				input := fmt.Sprintf(`{"items":2,"lines":%s,"tags":%s,"batches":%s}`, in.lines, in.tags, in.batches)
				if d := cmp.Diff(c.want[i], evaluate(t, input, c.body)); d != "" {
					t.Errorf("%s (-want +got):\n%s", in.name, d)
				}
			}
		})
	}
}

// open is any value as an any.
func open[T any](f *flow.Flow, v *T) *any { return flow.Shape(f, v, any(nil)) }

func TestValues(t *testing.T) {
	t.Parallel()
	const input = `{"id":"o1","note":null,"amount":4.5,"items":3,"express":true,"customer":{"name":"Ann Li","in":true,"old-id":"x-1"},
		"placed":"2026-03-02T09:00:00Z","number":"9007199254740993","extra":{"k":"v"},"open":{"Text":"t"},"lines":[]}`
	for _, c := range []struct {
		name string
		body func(f *flow.Flow, o *Order) *any
		want string
	}{
		{"Text", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Text(f, "a ", &o.ID, 1, true, &o.Amount, new("z")))
		}, `"a o11true4.5z"`},
		{"Text of nothing", func(f *flow.Flow, _ *Order) *any { return open(f, flow.Text(f)) }, `""`},
		{"Text of the absent", func(f *flow.Flow, o *Order) *any { return open(f, flow.Text(f, &o.Coupon, o.Note, o.Shipped)) }, `""`},
		{"Text of one number", func(f *flow.Flow, o *Order) *any { return open(f, flow.Text(f, &o.Items)) }, `"3"`},
		{"Text of a sum", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Text(f, "n", flow.Add(f, &o.Items, new(1)), flow.If(f, flow.True(&o.Express), new("!"), new("?"))))
		}, `"n4!"`},
		{"Number of a float", func(f *flow.Flow, o *Order) *any { return open(f, flow.Number(f, &o.Amount, 0)) }, `4`},
		{"Number of a negative float", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Mul(f, flow.Number(f, flow.Sub(f, new(0.0), &o.Amount), 0), new(2)))
		}, `-8`},
		{"Number of what is rounded", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Number(f, flow.Round(f, &o.Amount, 0), int8(0)))
		}, `4`},
		{"Number of an integer", func(f *flow.Flow, o *Order) *any { return open(f, flow.Number(f, &o.Items, 0.0)) }, `3`},
		{"Distinct lists", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Distinct(f, &[][]string{{"a"}, {"a"}}))
		}, `[["a"]]`},
		{"Distinct empty lists", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Distinct(f, &[][]string{{}, {}, {"a", "b"}, {}}))
		}, `[[],["a","b"]]`},
		{"Lower", func(f *flow.Flow, o *Order) *any { return open(f, flow.Lower(f, &o.Customer.Name)) }, `"ann li"`},
		{"Upper", func(f *flow.Flow, o *Order) *any { return open(f, flow.Upper(f, &o.Customer.Name)) }, `"ANN LI"`},
		{"Trim", func(f *flow.Flow, _ *Order) *any { return open(f, flow.Trim(f, new("  a  b "))) }, `"a b"`},
		{"Replace", func(f *flow.Flow, o *Order) *any { return open(f, flow.Replace(f, &o.Customer.Name, "n", "$1")) }, `"A$1$1 Li"`},
		{"Slice", func(f *flow.Flow, o *Order) *any { return open(f, flow.Slice(f, &o.Customer.Name, 4, 5)) }, `"L"`},
		{"Slice to the end", func(f *flow.Flow, o *Order) *any { return open(f, flow.Slice(f, &o.Customer.Name, -2, -1)) }, `"Li"`},
		{"Split", func(f *flow.Flow, o *Order) *any { return open(f, flow.Split(f, &o.Customer.Name, " ")) }, `["Ann","Li"]`},
		{"Split without separator", func(f *flow.Flow, o *Order) *any { return open(f, flow.Split(f, &o.ID, " ")) }, `["o1"]`},
		{"String", func(f *flow.Flow, o *Order) *any { return open(f, flow.String(f, &o.Amount)) }, `"4.5"`},
		{"JSON", func(f *flow.Flow, o *Order) *any { return open(f, flow.JSON(f, &o.Customer)) }, `"{\"name\":\"Ann Li\",\"in\":true,\"old-id\":\"x-1\"}"`},
		{"Parse", func(f *flow.Flow, _ *Order) *any { return open(f, &flow.Parse(f, new(`{"Text":"hi"}`), Answer{}).Text) }, `"hi"`},
		{"Hash", func(f *flow.Flow, o *Order) *any { return open(f, flow.Hash(f, &o.ID, "MD5")) }, `"f1584b995a4770986ad75bb8d29e9734"`},
		{"Add", func(f *flow.Flow, o *Order) *any { return open(f, flow.Add(f, &o.Amount, new(0.25))) }, `4.75`},
		{"Sub and Mul", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Mul(f, flow.Sub(f, &o.Amount, new(1.5)), flow.Sub(f, new(1.0), flow.Sub(f, &o.Amount, new(4.0)))))
		}, `1.5`},
		{"Div", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Div(f, &o.Amount, flow.Div(f, new(2.0), new(4.0))))
		}, `9`},
		{"Round", func(f *flow.Flow, _ *Order) *any { return open(f, flow.Round(f, new(2.345), 1)) }, `2.3`},
		{"Round to whole", func(f *flow.Flow, o *Order) *any { return open(f, flow.Round(f, &o.Amount, 0)) }, `4`},
		{"Min", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Min(f, &o.Items, new(7), flow.Add(f, &o.Items, new(-1))))
		}, `2`},
		{"Max of one", func(f *flow.Flow, o *Order) *any { return open(f, flow.Max(f, &o.Amount)) }, `4.5`},
		{"Max without the absent", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Max(f, &flow.Last(f, &o.Lines).Price, &o.Amount))
		}, `4.5`},
		{"Number", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Mul(f, flow.Number(f, &o.Items, 0.0), &o.Amount))
		}, `13.5`},
		{"negative constant", func(f *flow.Flow, o *Order) *any { return open(f, flow.Sub(f, &o.Items, new(-2))) }, `5`},
		{"Merge", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.Merge(f, &o.Customer, &Customer{Name: "Bo", VIP: false}))
		}, `{"name":"Bo","in":false,"old-id":""}`},
		{"Key", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, flow.Key(f, &o.Extra, new("k")), new("")))
		}, `"v"`},
		{"Key that is not there", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, flow.Key(f, &o.Extra, new("z")), new("no")))
		}, `"no"`},
		{"Shape", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.OrElse(f, &flow.Shape(f, &o.Open, Answer{}).Text, new("")))
		}, `"t"`},
		{"If", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.If(f, flow.True(&o.Express), flow.If(f, flow.Is(&o.ID, "x"), new(1), new(2)), new(3)))
		}, `2`},
		{"OrElse of null", func(f *flow.Flow, o *Order) *any { return open(f, flow.OrElse(f, o.Note, new("none"))) }, `"none"`},
		{"OrElse of the absent", func(f *flow.Flow, o *Order) *any { return open(f, flow.OrElse(f, &o.Coupon, new("none"))) }, `"none"`},
		{"OrElse of what is there", func(f *flow.Flow, o *Order) *any { return open(f, flow.OrElse(f, &o.ID, new("none"))) }, `"o1"`},
		{"Maybe", func(f *flow.Flow, o *Order) *any {
			q, r := &Receipt{}, &Receipt{}
			return open(f, flow.Append(f,
				flow.Map(f, flow.Split(f, &o.ID, " "), func(*string) *Receipt {
					return flow.Fill(f, q, flow.Set(&q.Note, flow.Maybe(f, flow.True(&o.Express), &o.ID)))
				}),
				flow.Map(f, flow.Split(f, &o.ID, " "), func(*string) *Receipt {
					return flow.Fill(f, r, flow.Set(&r.Note, flow.Maybe(f, flow.Not(flow.True(&o.Express)), &o.ID)))
				})))
		}, `[{"orderId":"","total":0,"note":"o1"},{"orderId":"","total":0}]`},
		{
			"null into a member that may be left out", func(f *flow.Flow, o *Order) *any {
				return open(f, flow.Merge(f, &Question{Kind: "k"}, &Question{Kind: "l", Note: o.Note}))
			},
			`{"kind":"l","orderId":"","total":0}`,
		},
		{"Later", func(f *flow.Flow, o *Order) *any { return open(f, flow.Later(f, &o.Placed, 90*time.Minute)) }, `"2026-03-02T10:30:00.000Z"`},
		{"a number in a string", func(f *flow.Flow, o *Order) *any { return open(f, flow.Text(f, &o.Customer.Old)) }, `"x-1"`},
		{"a large number from string to string", func(f *flow.Flow, o *Order) *any {
			type box struct {
				N int64 `json:"n,string"`
			}
			b := &box{}
			return open(f, flow.Fill(f, b, flow.Set(&b.N, &o.Number)))
		}, `{"n":"9007199254740993"}`},
		{"a list literal", func(f *flow.Flow, o *Order) *any {
			l := &[]string{"a", ""}
			return open(f, flow.Fill(f, l, flow.Set(&(*l)[1], &o.ID)))
		}, `["a","o1"]`},
		{"a list of lists", func(f *flow.Flow, o *Order) *any {
			l := &[][]string{{"a"}, nil}
			return open(f, flow.Fill(f, l, flow.Set(&(*l)[1], flow.Split(f, &o.ID, "x"))))
		}, `[["a"],["o1"]]`},
		{"an array", func(f *flow.Flow, o *Order) *any {
			l := &[2]string{"a"}
			return open(f, flow.Fill(f, l, flow.Set(&l[1], &o.ID)))
		}, `["a","o1"]`},
		{"JSONata", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.JSONata[float64](f, "$round($1 * $2, 1)", flow.Add(f, &o.Amount, new(0.01)), &o.Items))
		}, `13.5`},
		{"JSONata's own variables", func(f *flow.Flow, o *Order) *any {
			n := flow.Let(f, "x", &o.Items)
			flow.Wait(f, "W", 0)
			return open(f, flow.JSONata[int](f, "($x := 10; $x + $1)", n))
		}, `13`},
		{"JSONata texts are left alone", func(f *flow.Flow, o *Order) *any {
			return open(f, flow.JSONata[string](f, `"$1 '$2" & $1 & '$1' & ($contains($1, /o$/) ? "y" : "n") /* $3 */`, &o.ID))
		}, `"$1 '$2o1$1n"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(c.want, evaluate(t, input, c.body)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	const there = `{"id":"o1","note":"n","coupon":"c","amount":4.5,"items":3,"express":true,"gift":true,"shipped":"2026-03-02T10:00:00+02:00","placed":"2026-03-02T09:00:00Z","tags":["a"],"open":1,"lines":[]}`
	const absent = `{"id":"","amount":0,"items":0,"express":false,"placed":"2026-03-02T09:00:00Z","lines":[]}`
	const null = `{"id":"","note":null,"coupon":null,"amount":0,"items":0,"express":false,"shipped":null,"placed":"2026-03-02T09:00:00Z","open":null,"lines":null}`
	for _, c := range []struct {
		name string
		cond func(o *Order) flow.Condition
		want string // there, absent, null
	}{
		{"Is", func(o *Order) flow.Condition { return flow.Is(&o.ID, "o1") }, "true false false"},
		{"Is, optional", func(o *Order) flow.Condition { return flow.Is(o.Note, "n") }, "true false false"},
		{"Is the zero value, left out", func(o *Order) flow.Condition { return flow.Is(&o.Gift, false) }, "false true true"},
		{"Is no coupon", func(o *Order) flow.Condition { return flow.Is(&o.Coupon, "") }, "false true false"},
		{"OneOf", func(o *Order) flow.Condition { return flow.OneOf(&o.ID, "o1", "o2") }, "true false false"},
		{"OneOf one", func(o *Order) flow.Condition { return flow.OneOf(o.Note, "n") }, "true false false"},
		{"Above", func(o *Order) flow.Condition { return flow.Above(&o.Amount, 4) }, "true false false"},
		{"AtLeast", func(o *Order) flow.Condition { return flow.AtLeast(&o.Items, 3) }, "true false false"},
		{"Below text", func(o *Order) flow.Condition { return flow.Below(o.Note, "z") }, "true false false"},
		{"AtMost, optional", func(o *Order) flow.Condition { return flow.AtMost(&o.Coupon, "c") }, "true false false"},
		{"Equal", func(o *Order) flow.Condition { return flow.Equal(&o.ID, o.Note) }, "false false false"},
		{"Less", func(o *Order) flow.Condition { return flow.Less(o.Note, &o.ID) }, "true false false"},
		{"Before, other offset", func(o *Order) flow.Condition { return flow.Before(o.Shipped, &o.Placed) }, "true false false"},
		{"True", func(o *Order) flow.Condition { return flow.True(&o.Express) }, "true false false"},
		{"Exists", func(o *Order) flow.Condition { return flow.Exists(o.Note) }, "true false false"},
		{"not Exists", func(o *Order) flow.Condition { return flow.Not(flow.Exists(o.Note)) }, "false true true"},
		{"IsType", func(o *Order) flow.Condition { return flow.IsType(&o.Open, "number") }, "true false false"},
		{"IsType null", func(o *Order) flow.Condition { return flow.IsType(&o.Open, "null") }, "false false true"},
		{"Like", func(o *Order) flow.Condition { return flow.Like(&o.ID, "o*") }, "true false false"},
		{"Like, the whole", func(o *Order) flow.Condition { return flow.Like(&o.ID, "o") }, "false false false"},
		{"Like, optional", func(o *Order) flow.Condition { return flow.Like(o.Note, "*") }, "true false false"},
		{"And", func(o *Order) flow.Condition { return flow.And(flow.Exists(o.Note), flow.Above(o.Note, "m")) }, "true false false"},
		{"Or", func(o *Order) flow.Condition {
			return flow.Or(flow.Is(&o.ID, ""), flow.And(flow.True(&o.Express), flow.Is(&o.ID, "x")))
		}, "false true true"},
		{"nothing", func(*Order) flow.Condition { return flow.And() }, "true true true"},
		{"no alternative", func(*Order) flow.Condition { return flow.Or() }, "false false false"},
		{"Or in And in Not", func(o *Order) flow.Condition {
			return flow.Not(flow.And(flow.Or(flow.True(&o.Express), flow.Is(&o.ID, "")), flow.Or(flow.Is(&o.ID, "q"), flow.Above(&o.Items, 1))))
		}, "false true true"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := order(func(f *flow.Flow, o *Order) *bool {
				flow.Choice(f, "C").When(c.cond(o), func() { flow.Return(f, "Yes", new(true)) })
				return new(false)
			})
			build(t, w)
			got := ""
			for i, input := range []string{there, absent, null} {
				var b bool
				flowtest.Run(t, w, value.MustParse(input)).Output(&b)
				if i > 0 {
					got += " "
				}
				got += fmt.Sprint(b)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
