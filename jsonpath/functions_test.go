package jsonpath

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

// An applied function is one row of a table: a function without "States.", its arguments as a JSON array, and either
// the JSON text that it gives or what its error says after "Invalid arguments in States.Name: ".
type applied struct {
	name, args, want, problem string
}

func apply(t testing.TB, name, args string) (value.Value, error) {
	t.Helper()
	f, ok := functions["States."+name]
	if !ok {
		t.Fatalf("there is no States.%s", name)
	}
	list := value.MustParse(args).Elements()
	if len(list) < f.least || f.most >= 0 && len(list) > f.most {
		t.Fatalf("States.%s takes from %d to %d arguments, not %d", name, f.least, f.most, len(list))
	}
	return f.call(dice(), list)
}

// dice is an Env whose randomness counts.
func dice() *Env {
	var n uint64
	return &Env{Random: func() uint64 { n += 0x9e3779b97f4a7c15; return n }}
}

func check(t *testing.T, rows ...applied) {
	t.Helper()
	for _, r := range rows {
		v, err := apply(t, r.name, r.args)
		call := "States." + r.name + " of " + r.args
		var failed *Error
		switch {
		case r.problem == "" && err != nil:
			t.Errorf("%s: %v", call, err)
		case r.problem == "":
			if diff := cmp.Diff(r.want, v.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", call, diff)
			}
		case !errors.As(err, &failed):
			t.Errorf("%s gives %s and the error %v; want a problem", call, v, err)
		case failed.Name != Runtime:
			t.Errorf("%s: error %s; want %s", call, failed.Name, Runtime)
		default:
			want := "Invalid arguments in States." + r.name + ": " + r.problem
			if diff := cmp.Diff(want, failed.Cause); diff != "" {
				t.Errorf("%s (-want +got):\n%s", call, diff)
			}
		}
	}
}

func TestThereAreEighteen(t *testing.T) {
	t.Parallel()
	if len(functions) != 18 {
		t.Errorf("there are %d functions; want 18", len(functions))
	}
	for name, f := range functions {
		if f.name != name || f.call == nil || f.least < 0 || f.most >= 0 && f.most < f.least {
			t.Errorf("%s is wrong: %+v", name, f)
		}
	}
}

func TestArray(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "Array", args: `[]`, want: `[]`},
		applied{name: "Array", args: `["", null, 1.10, {"b":1,"a":[]}]`, want: `["",null,1.10,{"b":1,"a":[]}]`},
	)
}

func TestArrayPartition(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "ArrayPartition", args: `[[], 3]`, want: `[]`},
		applied{name: "ArrayPartition", args: `[[0,1,2,3], 1]`, want: `[[0],[1],[2],[3]]`},
		applied{name: "ArrayPartition", args: `[[0,1,2,3], 3]`, want: `[[0,1,2],[3]]`},
		applied{name: "ArrayPartition", args: `[[0,1], 9223372036854775807]`, want: `[[0,1]]`},
		applied{name: "ArrayPartition", args: `[[0,1,2,3,4], 2.5]`, want: `[[0,1,2],[3,4]]`},
		applied{name: "ArrayPartition", args: `[[1], 0]`, problem: `argument 2 is the number 0; expected a number of at least 1`},
		applied{name: "ArrayPartition", args: `[[1], 0.49]`, problem: `argument 2 is the number 0.49; expected a number of at least 1`},
		applied{name: "ArrayPartition", args: `[[1], "2"]`, problem: `argument 2 is the string "2"; expected a number`},
		applied{name: "ArrayPartition", args: `[{}, 2]`, problem: `argument 1 is an object; expected an array`},
		applied{name: "ArrayPartition", args: `[["` + strings.Repeat("x", maxArray-3) + `"], 2]`, problem: `argument 1 has 262145 bytes; expected at most 262144`},
	)
}

func TestArrayContains(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "ArrayContains", args: `[[], null]`, want: `false`},
		applied{name: "ArrayContains", args: `[[], []]`, want: `false`},
		applied{name: "ArrayContains", args: `[[[1,2,3],2], [1,2,3]]`, want: `true`},
		applied{name: "ArrayContains", args: `[[[1,2,3],2], null]`, want: `false`},
		applied{name: "ArrayContains", args: `[[{"1":2,"2":[]}], []]`, want: `false`},
		applied{name: "ArrayContains", args: `[[{"a":1,"b":2}], {"b":2.0,"a":1}]`, want: `true`},
		applied{name: "ArrayContains", args: `[[true,false], false]`, want: `true`},
		applied{name: "ArrayContains", args: `[["true"], true]`, want: `false`},
		applied{name: "ArrayContains", args: `["abc", "a"]`, problem: `argument 1 is the string "abc"; expected an array`},
	)
}

func TestArrayRange(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "ArrayRange", args: `[0, 9, 3]`, want: `[0,3,6,9]`},
		applied{name: "ArrayRange", args: `[0, 10, 3]`, want: `[0,3,6,9]`},
		applied{name: "ArrayRange", args: `[1, 9, 9]`, want: `[1]`},
		applied{name: "ArrayRange", args: `[5, 1, -2]`, want: `[5,3,1]`},
		applied{name: "ArrayRange", args: `[5, 1, 1]`, want: `[]`},
		applied{name: "ArrayRange", args: `[3, 3, -1]`, want: `[3]`},
		applied{name: "ArrayRange", args: `[1.4, 5.6, 2.2]`, want: `[1,3,5]`},
		applied{name: "ArrayRange", args: `[1, 10, 0.49]`, problem: `argument 3, the step, is 0 once it is rounded; expected another number`},
		applied{name: "ArrayRange", args: `[1, 1001, 1]`, problem: `the array would have 1001 items; expected at most 1000`},
		applied{name: "ArrayRange", args: `[-9007199254740992, 9007199254740992, 1]`, problem: `the array would have 18014398509481985 items; expected at most 1000`},
		applied{name: "ArrayRange", args: `[1, 1e99, 1]`, problem: `argument 2 is the number 1e99; expected a number from -9007199254740992 to 9007199254740992`},
		applied{name: "ArrayRange", args: `[1, null, 1]`, problem: `argument 2 is null; expected a number`},
	)
	v, err := apply(t, "ArrayRange", `[1000, 1, -1]`)
	if err != nil || v.Len() != 1000 {
		t.Errorf("the longest range has %d items, error %v; want 1000", v.Len(), err)
	}
}

func TestArrayGetItem(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "ArrayGetItem", args: `[[1,2,3,4,5,6], 5]`, want: `6`},
		applied{name: "ArrayGetItem", args: `[[null], 0]`, want: `null`},
		applied{name: "ArrayGetItem", args: `[["a","b"], 1.2]`, want: `"b"`},
		applied{name: "ArrayGetItem", args: `[["a","b"], 2]`, problem: `argument 2 is the number 2; the array has 2 items, counted from 0`},
		applied{name: "ArrayGetItem", args: `[["a","b"], -1]`, problem: `argument 2 is the number -1; expected a number of at least 0`},
		applied{name: "ArrayGetItem", args: `[[], 0]`, problem: `argument 2 is the number 0; the array has 0 items, counted from 0`},
		applied{name: "ArrayGetItem", args: `[["a"], "0"]`, problem: `argument 2 is the string "0"; expected a number`},
	)
}

func TestArrayLength(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "ArrayLength", args: `[[]]`, want: `0`},
		applied{name: "ArrayLength", args: `[[[1,2],{},null]]`, want: `3`},
		applied{name: "ArrayLength", args: `["abc"]`, problem: `argument 1 is the string "abc"; expected an array`},
	)
}

func TestArrayUnique(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "ArrayUnique", args: `[[]]`, want: `[]`},
		applied{name: "ArrayUnique", args: `[[3,1,3,2,1]]`, want: `[3,1,2]`},
		applied{
			name: "ArrayUnique", args: `[[null,null,true,"true",1,1.0,10e-1,0.1,-0,0,0e5,[],[],[null],{"a":1,"b":2},{"b":2,"a":1},{"a":1,"b":1},1e999,1e999999999999999999999]]`,
			want: `[null,true,"true",1,0.1,-0,[],[null],{"a":1,"b":2},{"a":1,"b":1},1e999,1e999999999999999999999]`,
		},
		applied{name: "ArrayUnique", args: `[{"a":1}]`, problem: `argument 1 is an object; expected an array`},
	)
}

func TestBase64(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", maxCharacters)
	check(t,
		applied{name: "Base64Encode", args: `[""]`, want: `""`},
		applied{name: "Base64Encode", args: `["Data to encode"]`, want: `"RGF0YSB0byBlbmNvZGU="`},
		applied{name: "Base64Encode", args: `["✓"]`, want: `"4pyT"`},
		applied{name: "Base64Encode", args: `["` + long + `x"]`, problem: `argument 1 has 10001 characters; expected at most 10000`},
		applied{name: "Base64Encode", args: `[12]`, problem: `argument 1 is the number 12; expected a string`},
		applied{name: "Base64Decode", args: `[""]`, want: `""`},
		applied{name: "Base64Decode", args: `["RGF0YSB0byBlbmNvZGU="]`, want: `"Data to encode"`},
		applied{name: "Base64Decode", args: `["YWJj"]`, want: `"abc"`},
		applied{name: "Base64Decode", args: `["YWJjZA"]`, want: `"abcd"`},
		applied{name: "Base64Decode", args: `[" YW!Jj\nZA== "]`, want: `"abcd"`},
		applied{name: "Base64Decode", args: `["YW==JjZA"]`, want: `"a"`},
		applied{name: "Base64Decode", args: `["YWJjZ"]`, want: `"abc"`},
		applied{name: "Base64Decode", args: `["_-__"]`, want: `"���"`},
		applied{name: "Base64Decode", args: `["YWJjAGRlZg=="]`, want: `"abc\u0000def"`},
		applied{name: "Base64Decode", args: `["` + strings.Repeat("A", maxCharacters+1) + `"]`, problem: `argument 1 has 10001 characters; expected at most 10000`},
		applied{name: "Base64Decode", args: `[{}]`, problem: `argument 1 is an object; expected a string`},
	)
	if v, err := apply(t, "Base64Encode", `["`+long+`"]`); err != nil || len(v.Str()) != 26668 {
		t.Errorf("10,000 characters make %d of Base64, error %v; want 26668", len(v.Str()), err)
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "Hash", args: `["input data", "MD5"]`, want: `"812f45842bc6d66ee14572ce20db8e86"`},
		applied{name: "Hash", args: `["input data", "SHA-1"]`, want: `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		applied{name: "Hash", args: `["Hash this string", "SHA-256"]`, want: `"1cac63f39fd68d8c531f27b807610fb3d50f0fc3f186995767fb6316e7200a3e"`},
		applied{name: "Hash", args: `["", "SHA-256"]`, want: `"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"`},
		applied{name: "Hash", args: `["✓", "SHA-256"]`, want: `"1dabba21cdad44541f6b15796f8d22978fc7ea10c46aeceeeeb66c23b3ac7604"`},
		applied{name: "Hash", args: `[{"a": 1.10}, "SHA-1"]`, want: hashed(t, `{"a":1.10}`, "SHA-1")},
		applied{name: "Hash", args: `[null, "SHA-384"]`, want: hashed(t, `null`, "SHA-384")},
		applied{name: "Hash", args: `["` + strings.Repeat("x", maxCharacters+1) + `", "MD5"]`, problem: `argument 1 has 10001 characters; expected at most 10000`},
		applied{name: "Hash", args: `["x", "sha-256"]`, problem: `argument 2 is the string "sha-256"; expected "MD5", "SHA-1", "SHA-256", "SHA-384" or "SHA-512"`},
		applied{name: "Hash", args: `["x", 256]`, problem: `argument 2 is the number 256; expected a string`},
	)
	if v, err := apply(t, "Hash", `["`+strings.Repeat("x", maxCharacters)+`", "SHA-512"]`); err != nil || len(v.Str()) != 128 {
		t.Errorf("SHA-512 has %d digits, error %v; want 128", len(v.Str()), err)
	}
}

// hashed is the digest of a text that is passed as a string.
func hashed(t *testing.T, text, algorithm string) string {
	t.Helper()
	v, err := apply(t, "Hash", value.Array(value.String(text), value.String(algorithm)).String())
	if err != nil {
		t.Fatal(err)
	}
	return v.String()
}

func TestJsonMerge(t *testing.T) {
	t.Parallel()
	const shallow = "expected false, because the service does not merge the objects inside of objects"
	check(t,
		applied{name: "JsonMerge", args: `[{"a":{"a1":1,"a2":2},"b":2,"d":3}, {"a":{"a3":1,"a4":2},"c":3,"d":4}, false]`, want: `{"a":{"a3":1,"a4":2},"b":2,"d":4,"c":3}`},
		applied{name: "JsonMerge", args: `[{"a":[1]}, {"a":null}, false]`, want: `{"a":null}`},
		applied{name: "JsonMerge", args: `[{}, {"a":1}, false]`, want: `{"a":1}`},
		applied{name: "JsonMerge", args: `[{"a":1}, {}, false]`, want: `{"a":1}`},
		applied{name: "JsonMerge", args: `[{}, {}, true]`, problem: `argument 3 is true; ` + shallow},
		applied{name: "JsonMerge", args: `[{}, {}, "false"]`, problem: `argument 3 is the string "false"; ` + shallow},
		applied{name: "JsonMerge", args: `[null, {}, false]`, problem: `argument 1 is null; expected an object`},
		applied{name: "JsonMerge", args: `[{}, [], false]`, problem: `argument 2 is an array; expected an object`},
	)
}

func TestStringToJson(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "StringToJson", args: `[""]`, want: `null`},
		applied{name: "StringToJson", args: `[" \n"]`, want: `null`},
		applied{name: "StringToJson", args: `["null"]`, want: `null`},
		applied{name: "StringToJson", args: `["1.10"]`, want: `1.10`},
		applied{name: "StringToJson", args: `["\"HelloWorld\""]`, want: `"HelloWorld"`},
		applied{name: "StringToJson", args: `[" {\"Arg1\": 1, \"Arg2\": [], \"Arg1\": \"\\u00e9\\ud83d\\ude80\\/\"} "]`, want: `{"Arg1":"é🚀/","Arg2":[]}`},
		applied{name: "StringToJson", args: `["{bad}"]`, problem: `argument 1 is no JSON text: 1:2: unexpected 'b'; expected a member's name in quotes`},
		applied{name: "StringToJson", args: `["1 2"]`, problem: `argument 1 is no JSON text: 1:3: unexpected '2' after the end of the value; expected nothing more`},
		applied{name: "StringToJson", args: `[{"a":1}]`, problem: `argument 1 is an object; expected a string`},
	)
}

func TestJsonToString(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "JsonToString", args: `[null]`, want: `"null"`},
		applied{name: "JsonToString", args: `[1.10]`, want: `"1.10"`},
		applied{name: "JsonToString", args: `["HelloWorld"]`, want: `"\"HelloWorld\""`},
		applied{name: "JsonToString", args: `[{"b": [1, 2, "é/<\u0001>\""], "a": {}}]`, want: `"{\"b\":[1,2,\"é/<\\u0001>\\\"\"],\"a\":{}}"`},
	)
}

func TestMathAdd(t *testing.T) {
	t.Parallel()
	const bounds = "expected a number from -2147483648 to 2147483647"
	check(t,
		applied{name: "MathAdd", args: `[-9, 3]`, want: `-6`},
		applied{name: "MathAdd", args: `[1.49, 1.5]`, want: `3`},
		applied{name: "MathAdd", args: `[-1.5, -1.51]`, want: `-3`},
		applied{name: "MathAdd", args: `[-0.5, 0.5]`, want: `1`},
		applied{name: "MathAdd", args: `[2.5, -2.5]`, want: `1`},
		applied{name: "MathAdd", args: `[0.49999999999999994, 0]`, want: `0`},
		applied{name: "MathAdd", args: `[1e2, 1.0]`, want: `101`},
		applied{name: "MathAdd", args: `[2147483646, 1]`, want: `2147483647`},
		applied{name: "MathAdd", args: `[2147483647, 1]`, problem: `the sum is 2147483648; ` + bounds},
		applied{name: "MathAdd", args: `[-3000000000, 1]`, problem: `argument 1 is the number -3000000000; ` + bounds},
		applied{name: "MathAdd", args: `[0, 1e309]`, problem: `argument 2 is the number 1e309; ` + bounds},
		applied{name: "MathAdd", args: `["1", 1]`, problem: `argument 1 is the string "1"; expected a number`},
		applied{name: "MathAdd", args: `[true, 1]`, problem: `argument 1 is true; expected a number`},
	)
}

func TestMathRandom(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "MathRandom", args: `[-5, 5, 42]`, want: `-5`}, // the known answer of the service
		applied{name: "MathRandom", args: `[0, 100, 42]`, want: `30`},
		applied{name: "MathRandom", args: `[0, 1024, 0]`, want: `748`},
		applied{name: "MathRandom", args: `[-2147483648, 2147483647, 42]`, want: `-1170105035`},
		applied{name: "MathRandom", args: `[1, 1001, -7]`, want: `663`},
		applied{name: "MathRandom", args: `[7, 8]`, want: `7`},
		applied{name: "MathRandom", args: `[1.4, 1.6]`, want: `1`},
		applied{name: "MathRandom", args: `[1, 1]`, problem: `argument 2, the end, is 1; expected more than the start, 1`},
		applied{name: "MathRandom", args: `[10, 5]`, problem: `argument 2, the end, is 5; expected more than the start, 10`},
		applied{name: "MathRandom", args: `["a", 5]`, problem: `argument 1 is the string "a"; expected a number`},
		applied{name: "MathRandom", args: `[1, 5, null]`, problem: `argument 3 is null; expected a number`},
		applied{name: "MathRandom", args: `[1, 5, 1e30]`, problem: `argument 3 is the number 1e30; expected a number from -9223372036854775808 to 9223372036854775807`},
	)
}

// Every number of a range comes, and no other, with seeds and without.
func TestMathRandomCoversItsRange(t *testing.T) {
	t.Parallel()
	env := dice()
	drawn, seeds := map[int64]int{}, map[int64]int{}
	for i := range 3000 {
		v, err := mathRandom(env, value.MustParse(`[-2, 3]`).Elements())
		if err != nil {
			t.Fatal(err)
		}
		n, _ := v.Int()
		drawn[n]++
		seeds[seeded(int64(i)*1_000_003, -2, 3)]++
	}
	for n := int64(-2); n < 3; n++ {
		if drawn[n] < 400 || seeds[n] < 400 {
			t.Errorf("%d came %d times of 3000, and %d times with seeds", n, drawn[n], seeds[n])
		}
	}
	if len(drawn) != 5 || len(seeds) != 5 {
		t.Errorf("drawn %v, with seeds %v; want the numbers from -2 to 2", drawn, seeds)
	}
}

func TestStringSplit(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "StringSplit", args: `["1,2,3", ","]`, want: `["1","2","3"]`},
		applied{name: "StringSplit", args: `[", , ,", ","]`, want: `[" "," "]`},
		applied{name: "StringSplit", args: `[",,,,", ","]`, want: `[]`},
		applied{name: "StringSplit", args: `["", ","]`, want: `[]`},
		applied{name: "StringSplit", args: `["This.is+a,test=string", ".+,="]`, want: `["This","is","a","test","string"]`},
		applied{name: "StringSplit", args: `["split on T and \nnew line", "T\n"]`, want: `["split on "," and ","new line"]`},
		applied{name: "StringSplit", args: `["naïve→x", "ï→"]`, want: `["na","ve","x"]`},
		applied{name: "StringSplit", args: `["a�b�", "�"]`, want: `["a","b"]`},
		applied{name: "StringSplit", args: `["abc", ""]`, want: `["abc"]`},
		applied{name: "StringSplit", args: `[12, ","]`, problem: `argument 1 is the number 12; expected a string`},
		applied{name: "StringSplit", args: `["a", [","]]`, problem: `argument 2 is an array; expected a string`},
	)
}

// A string that is no UTF-8 is split where it has a wrong byte, if that is what U+FFFD among the delimiters means.
func TestStringSplitOfNoText(t *testing.T) {
	t.Parallel()
	v, err := stringSplit(nil, []value.Value{value.String("a\xffb\xff"), value.String("�")})
	if err != nil || v.String() != `["a","b"]` {
		t.Errorf("gives %s, error %v", v, err)
	}
}

func TestUUID(t *testing.T) {
	t.Parallel()
	check(t, applied{name: "UUID", args: `[]`, want: `"9e3779b9-7f4a-4c15-bc6e-f372fe94f82a"`})
}

func TestWithoutRandomness(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]string{"States.UUID": `[]`, "States.MathRandom": `[1, 5]`} {
		_, err := functions[name].call(&Env{}, value.MustParse(args).Elements())
		if err == nil || !strings.Contains(err.Error(), "there is no randomness here") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	check(t,
		applied{name: "Format", args: `["no placeholder"]`, want: `"no placeholder"`},
		applied{name: "Format", args: `["{}, {}.", "a", ""]`, want: `"a, ."`},
		applied{name: "Format", args: `["{}|{}|{}|{}", null, true, 1.10, 9007199254740993]`, want: `"null|true|1.10|9007199254740993"`},
		applied{name: "Format", args: `["{}", {"Arg1":1,"Arg2":[],"Id":{"Name":"x y"}}]`, want: `"{Arg1=1, Arg2=[], Id={Name=x y}}"`},
		applied{name: "Format", args: `["{}{}", [1,"a",null,[true]], {}]`, want: `"[1, a, null, [true]]{}"`},
		applied{name: "Format", args: `["{}", "{} \\{"]`, want: `"{} \\{"`},
		applied{name: "Format", args: `["\\{{}\\} \\\\ \\n \\", 1]`, want: `"{1} \\ \\n \\"`},
		applied{name: "Format", args: `["{} {}", 1]`, problem: `the template has 2 {} and 1 argument follows; expected as many {} as arguments`},
		applied{name: "Format", args: `["{}", 1, 2]`, problem: `the template has 1 {} and 2 arguments follow; expected as many {} as arguments`},
		applied{name: "Format", args: `["é {\"a\": \"{}\"}", 1]`, problem: `matching '}' not found for '{' at character 3 of the template; write \{ for a brace that is no placeholder`},
		applied{name: "Format", args: `["}"]`, problem: `matching '{' not found for '}' at character 1 of the template; write \} for a brace that is no placeholder`},
		applied{name: "Format", args: `[1]`, problem: `argument 1 is the number 1; expected a string`},
	)
}

// Texts that would grow without measure are refused.
func TestTooLong(t *testing.T) {
	t.Parallel()
	big := value.String(strings.Repeat("x", maxText/2))
	list := value.Array(big, big, big)
	template := value.String("{}{}{}")
	for name, args := range map[string][]value.Value{
		"States.Format":       {template, big, big, big},
		"States.JsonToString": {list},
	} {
		if _, err := functions[name].call(dice(), args); err == nil || !strings.HasSuffix(err.Error(), "the text would be longer than 1048576 bytes") {
			t.Errorf("%s: error %.100v", name, err)
		}
	}
	if _, err := functions["States.Hash"].call(dice(), []value.Value{list, value.String("MD5")}); err == nil {
		t.Error("States.Hash takes a list of more than a million characters")
	}
	if _, err := functions["States.ArrayUnique"].call(dice(), []value.Value{list}); err == nil {
		t.Error("States.ArrayUnique takes a list of more than a million characters")
	}
}
