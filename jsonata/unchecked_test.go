package jsonata_test

import "testing"

// TestUnchecked is about partially applied builtins, whose arguments the reference does not look at: what it answered.
func TestUnchecked(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`$string(?)`:                                 `S0208`,
		`(function($g){$g(?)})($abs)`:                `S0202`,
		`($abs(?,?))(-1)`:                            `1`,
		`($zip(?,?))([1],[2])`:                       `[[1]]`,
		`$map([1,2], $append(?,?))`:                  `[[1,0],[2,1]]`,
		`$map(?, function($x){$x})("abc")`:           `["a","b","c"]`,
		`$exists($map(?, function($x){$x})(5))`:      `false`,
		`$sum(?)(['a',1])`:                           `"0a1"`,
		`$sum(?)([true,1])`:                          `2`,
		`$average(?)(["1","2"])`:                     `6`,
		`$max(?)(["1","2"])`:                         `2`,
		`$count(?)("abc")`:                           `3`,
		`$count(?)({"length": 5})`:                   `5`,
		`$number(?)(null)`:                           `D3030`,
		`$substring(?, 1)(["ab", null, 1.5, [1,2]])`: `"1.51,2"`,
		`$substring(?, -2, "1")(["ab", "c", "e"])`:   `"ce"`,
		`$substring(?, "1", 2)("abcdef")`:            `"bcdef"`,
		`$substring(?, [], 2)("abcdef")`:             `"ab"`,
		`$substring("abc", ?, ?)(null, true)`:        `"a"`,
		`$substring("abcdefg", ?, ?)(true, [3])`:     `""`,
		`$pad([1,2], ?)(5)`:                          `"1,2   "`,
		`$pad([1,2], ?)(2)`:                          `[1,2]`,
		`$pad("a", ?, 10)(5)`:                        `"a10101010"`,
		`$pad("a", ?, [1,2])(5)`:                     `"a1,21"`,
		`$pad("a", "-4", ?)("x")`:                    `"xxxa"`,
		`$each(?, function($v,$k){$k & $v})([7,8])`:  `["07","18"]`,
		`$sift(?, function($v,$k){$k = "0"})("ab")`:  `{"0":"a"}`,
		`$contains(?, "a")(["a"])`:                   `true`,
		`$substringBefore(?, 1)("a1b")`:              `"a"`,
		`$substringAfter(?, 1)("a1b")`:               `"a1b"`,
		`$substringAfter(?, [1])("a1b")`:             `"b"`,
		`$substringBefore(?, "b")(["a"])`:            `["a"]`,
		`$replace("abc", "b", ?)([1,2])`:             `"a1,2c"`,
		`$replace("abc", "b", ?)()`:                  `"aundefinedc"`,
		`$split("a b c", " ", ?)("2")`:               `["a","b"]`,
		`$join(?, 1)([1,null,"a",[2,3]])`:            `"111a12,3"`,
		`$encodeUrl(?)([1,"é"])`:                     `"1,%C3%A9"`,
		`$lookup({"1": 5}, ?)(1)`:                    `5`,
		`$power(?, 2)("3")`:                          `9`,
		`$assert(?, 1)(0)`:                           `D3141`,
		`$length(?)([1,2])`:                          `2`,
		`$reverse(?)("ab")`:                          `["b","a"]`,
		`$sort(?)("ab")`:                             `D3070`,
		`$sort(?)([2,1])`:                            `[1,2]`,
		`$single(?)(["a"])`:                          `"a"`,
		`$clone(?)(5)`:                               `5`,
		`$parseInteger(?, "0")(5)`:                   `5`,
		`/a/(?, ?)("aba", 1).start`:                  `2`,
		// A builtin is an object in the reference, with the function in it as JavaScript has it.
		`$count($abs.**)`:                      `6`,
		`$abs.*[2].definition`:                 `"<n-:n>"`,
		`[] ~> |**|{}, ['a', 1]|.*[1]`:         `[]`,
		`1 ~> $reverse() ~> $boolean.*[1]`:     `true`,
		`1 ~> |*|{}|.**`:                       `T2006`,
		`1#$b[$b < **[]]`:                      `1`,
		`{"n":[3,4]}.([]@$a.n@$b[1].[$b, $b])`: `[4,4]`,
		`'\u00`:                                `S0101`,
		`'\u00g`:                               `S0104`,
		`'\u00'`:                               `S0104`,
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			got, code := answer(t, expr)
			if code == "" {
				code = got.String()
			}
			if code != want {
				t.Errorf("got %s, want %s", code, want)
			}
		})
	}
}
