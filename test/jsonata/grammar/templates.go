package grammar

import (
	"slices"
	"strings"
)

// A template is an expression with places for others. Places are a @ and a letter:
//
//	n number   s text   b truth   o object   v anything   N numbers   S texts   O objects   A array
//	d text that may be a number      i small integer      w integer      r regular expression
//	t point in time as text          T its picture        F picture of a number     I picture of an integer
//	h member's name as text          u function of one parameter          = same kind as the whole
//
// Before a ¦ stand the operators that it is about; a template that starts with ! binds less than a call and wants
// brackets as an operand.
type template string

var arithmetic = []template{"!+¦@n + @n", "!-¦@n - @n", "!*¦@n * @n", "!/¦@n / @n", "!%¦@n % @n"}

// own are the templates of each kind.
var own = [...][]template{
	num: slices.Concat(arithmetic, arithmetic, arithmetic, []template{
		"neg¦-@n", "neg¦-(@n)", "$sum(@N)", "$count(@A)", "$count(@v)", "$max(@N)", "$min(@N)", "$average(@N)", "$length(@s)", "$number(@d)",
		"$number(@b)", "$floor(@n)", "$ceil(@n)", "$ceil(@w)", "$round(@n)", "$round(@n, @i)", "$abs(@n)", "$sqrt(@n)", "$sqrt(@w)", "$power(@n, @i)", "$power(@i, @i)",
		"$parseInteger(@s, @I)", "$parseInteger('12', '00')", "$parseInteger($formatInteger(@w, @I), @I)", "$toMillis(@t)", "$toMillis(@t, @T)",
		"$toMillis($fromMillis(@w, @T), @T)", "..¦$count([@i..@w])", "!~>¦@N ~> $sum()", "!~>¦@s ~> $length()", "!~>¦@n ~> $abs ~> $ceil",
		"$lookup(@o, @h)", "index¦(@N)[@i]", "index¦@N[@i]", "index¦@N[-1]", "$reduce(@N, function($p, $q){$p + $q})", "$reduce(@N, $max)",
		"function¦$reduce(@N, function($p, $q){$p - $q}, @n)", "tail call¦($f := function($n, $s){$n <= 0 ? $s : $f($n - 1, $s + @n)}; $f(@i, 0))",
		"tail call¦($g := function($n){$n <= 1 ? 1 : $n * $g($n - 1)}; $g(@i))", "$random() * 0", "$floor($random())", "$millis() * 0", "%¦@n % @i",
	}),
	str: {
		"!&¦@v & @s", "!&¦@s & @n", "!&¦@s & @s & @s", "$string(@v)", "$string(@v, @b)", "$string(@n)", "$substring(@s, @i)", "$substring(@s, @i, @i)",
		"$substringBefore(@s, @s)", "$substringAfter(@s, @s)", "$substringBefore(@s, @h)", "$substringAfter(@s, ' ')", "$lowercase(@s)", "$lowercase(@s)", "$uppercase(@s)", "$trim(@s)", "$pad(@s, @i)", "$pad(@s, @w, @s)",
		"$pad(@s, 12, '#-')", "$pad(@s, -9, @s)", "$join(@S)", "$join(@S, @s)", "$join($split(@s, @s), '+')", "$replace(@s, @s, @s)", "$replace(@s, 'a', @s, @i)",
		"$replace(@s, @r, @s)", "$replace(@s, @r, '[$0$1$$]')", "$replace(@s, @r, function($m){$m.match & '!'}, @i)", "$replace(@s, @r, '<$1>', 2)",
		"$formatNumber(@n, @F)", "$formatNumber(@n, @F)", "$formatNumber(@n, '#,##0.00', {'decimal-separator': ',', 'grouping-separator': '.'})",
		"$formatNumber(@w, '00.0e0')", "$formatNumber(@n, '①②', {'zero-digit': '①'})", "$formatBase(@w)", "$formatBase(@n, 16)", "$formatBase(@w, @i)", "$formatInteger(@w, @I)",
		"$formatInteger(@w, @I)", "$formatInteger(@n, @I)", "$base64encode(@s)", "$base64decode($base64encode(@s))", "$base64decode(@s)", "$base64decode('SGVsbG8=')",
		"$encodeUrl(@s)", "$encodeUrlComponent(@s)", "$decodeUrl(@s)", "$decodeUrlComponent(@s)", "$decodeUrl($encodeUrl(@s))",
		"$decodeUrlComponent($encodeUrlComponent(@s))", "$fromMillis(@w)", "$fromMillis(@w, @T)", "$fromMillis(@w, @T, '+0530')", "$fromMillis($toMillis(@t), @T, '-0800')",
		"$fromMillis(@n, @T)", "$fromMillis(@n)", "$type(@v)", "$type(@v)", "$type($now())", "$lookup(@o, @h)", "!~>¦@s ~> $uppercase()", "!~>¦@s ~> $trim ~> $lowercase", "compose¦($f := $count ~> $string; $f(@A))", "compose¦($f := $trim ~> $uppercase; $f(@s))",
		"compose¦(@s ~> ($substring(?, 1) ~> $length ~> $string))", "partial¦($f := $substring(?, 0, @i); $f(@s))", "partial¦($f := $replace(@s, ?, @s); $f(@s))", "partial¦@s ~> $pad(?, @i, '.')",
		"$eval(\"1 + 2\") & ''", "$eval('\"a\" & \"b\"')", "function¦$reduce(@S, function($p, $q){$p & '-' & $q})", "!&¦@n & @b", "$string([@v, @v])", "$string({'k': @v, 'l': @n}, true)",
		"comment¦/**/@n", "comment¦/* a comment */ @s", "!comment¦@s /* & */ & @s", "$join($keys(@o), ',')", "$substring($now(), 23)", "regex¦$match(@s, @r)[0].match", "$error(@s)", "$eval(@s)",
	},
	boolean: {
		"!=¦@v = @v", "!=¦@n = @n", "!=¦@s = @s", "!!=¦@s != @s", "!!=¦@v != @v", "!<¦@n < @n", "!<=¦@n <= @n", "!>¦@n > @n", "!>=¦@n >= @n", "!<¦@s < @s", "!<=¦@s <= @s", "!>¦@s > @s",
		"!>=¦@s >= @s", "!and¦@b and @b", "!or¦@b or @b", "!and¦@v and @v", "!or¦@v or @b", "!in¦@s in @S", "!in¦@n in @N", "!in¦@v in @A", "!in¦@n in @n", "$boolean(@v)", "$boolean(@A)",
		"$not(@b)", "$not(@v)", "$exists(@v)", "$exists(@p)", "$contains(@s, @s)", "$contains(@s, @r)", "!>¦$random() < 1 and @n > @n", "!=¦@A = @A", "!=¦@o = @o", "!=¦$clone(@o) = @o",
		"!~>¦@s ~> $contains(@s)", "regex¦@s ~> @r = @v", "$exists($uppercase)", "!!=¦$type(@v) != $type(@v)", "!in¦$millis() in [0..2]",
	},
	null: {"$lookup({'n': null}, 'n')", "[null][0]", "?:¦@b ? null : @v", "$eval('null')", "index¦[@v, null][1]"},
	nums: {
		"..¦[@i..@i]", "..¦[@i..@w][[0..3]]", "..¦[@n, @i..@i]", "$append(@N, @N)", "$append(@N, @n)", "$append(@n, @N)", "$reverse(@N)", "$sort(@N)", "$sort(@N, function($l, $r){$l < $r})", "$distinct(@N)",
		"$distinct($append(@N, @N))", "$sort($shuffle(@N))", "$count($shuffle(@A))", "$map(@S, $length)", "$map(@N, $abs)", "$map(@N, $string)", "$map(@N, @u)", "partial¦$map(@N, $power(?, @i))", "^(>)¦@N^(>$)",
		"^()¦@N^($)", "index¦@N[[@i..@i]]", "filter¦@N[$ > @n]", "filter¦(@N)[$ < @n]", "[]¦@N[]", "[…]¦[@N]", "[…]¦[@n, @N, @n]", ".¦@N.($ * 2)", ".¦@N.[$, $ + @n]", "$filter(@N, function($v){$v > @n})",
		"$single(@N, function($v, $i){$i = 1})", "!~>¦@N ~> $map(function($v){$v + @n})", "!~>¦@N ~> $filter(function($v, $i){$i % 2 = 0}) ~> $reverse()", "$lookup(@O, @h)", "signature¦@N.(λ($x)<n:n>{$x + 1}($))",
		"$each(@o, function($v){$count($v)})", "$parseInteger(@S[0], '#0')", "$zip(@N, @N)[0]", "$zip(@N, @S, @A)", "$distinct($shuffle([1, 1, 1]))", "$abs(@N)", ".¦$string(@N).$length()", "tail call¦($h := function($l){$count($l) < 4 ? $h($append($l, @n)) : $l}; $h(@N))",
	},
	strs: {
		"$split(@s, @s)", "$split(@s, ' ')", "$split(@s, '', @i)", "$split(@s, ',')", "$split(@s, @r)", "$split(@s, @r, @i)", "$keys(@o)", "$keys(@O)", "$append(@S, @s)", "$append(@S, @S)", "$reverse(@S)", "$sort(@S)",
		"$distinct(@S)", "$map(@S, $uppercase)", "$map(@A, $string)", "$map(@A, $type)", "^()¦@S^($)", "^(>)¦@S^(>$)", "$match(@s, @r).match", "$match(@s, @r, @i).match", "$match(@s, @r)", "regex¦@r(@s)", "[…]¦[@S, @s]", "filter¦@S[$ != @s]",
		"$each(@o, function($v, $k){$k & '=' & $string($v)})", "$each(@o, function($v, $k, $all){$k & $count($keys($all))})", "$filter(@S, @r)", "$filter(@S, $boolean)", ".¦@S.$substring(0, @i)", ".¦@S.($uppercase() & @s)",
		".¦@S.{'t': $, 'l': $length()}", "partial¦$map(@S, $substring(?, @i, 2))", "$spread(@o)", "signature¦$map(@S, λ($x)<s-:s>{$x & '.'})", "closure¦@S.($p := $; function($q){$p & $q}(@s))", ".¦@S.$trim().$length()", "$sort($shuffle(@S))",
	},
	objs: {
		"$spread(@o)", "$spread(@O)", "$append(@O, @o)", "$reverse(@O)", "filter¦@O[$exists($)]", "$distinct(@O)", "$sort(@O, function($l, $r){$string($l) > $string($r)})", "$map(@O, $keys)", "$filter(@O, function($v){$boolean($v)})",
		"[…]¦[@o, @o]", "[]¦@O[]", "index¦@O[[0, 1]]", "$match(@s, @r)", "{}¦@N.{'v': $}", "group¦@N{$string(): $}", "group¦@S{$: $count($)}", ".¦@O.{'k': $keys($)[0]}", "$each(@o, function($v, $k){{$k: $v}})", "*wildcard¦@O.*", "**¦@O.**",
		"$zip(@O, @N)", "$sort($shuffle(@N)).{'n': $}", "$single(@O)", "$map(@O, function($v, $i){{'i': $i, 'v': $v}})", "$map(@O, $clone)", "|transform|¦@O ~> |$|{'new': @v}|",
	},
	list: {
		"[…]¦[@v, @v]", "[…]¦[[@v], @A]", "$append(@A, @v)", "$append(@v, @v)", "$zip(@A, @A)", "$zip(@A)", "$reverse(@A)", "$distinct(@A)", "$sort(@A)", "$map(@A, function($v, $i){[$i, $v]})", "$map(@A, @u)",
		"$filter(@A, function($v, $i, $a){$i < $count($a) - 1})", "[]¦@v[]", "*wildcard¦@o.*", "**¦@o.**", "*wildcard¦@o.*[@i]", "[…]¦[@o.*]", "$each(@o, @u)", "..¦[@i..@i].[$, @v]", "..¦[@n..@n]", "$lookup(@v, @h)", "$clone(@A)",
		"(;)¦(@v; @A)", "$eval('[1, [2], {\"a\": 3}]')", "$eval('a', @o)", "$reduce(@A, $append)", "$reduce(@A, function($p, $q, $i){[$p, $q, $i]})", "$match(@s, @r).groups", "$match(@s, @r).index", "$keys(@v)", "$spread(@v)", "$error(@s)",
	},
	obj: {
		"{}¦{@h: @v}", "{}¦{@h: @v, 'z': @v}", "{}¦{'k': @n, 'l': @A, 'm': @s}", "{}¦{@s: @v}", "$merge([@o, @o])", "$merge(@O)", "$merge(@o)", "$clone(@o)", "$sift(@o, function($v){$boolean($v)})", "$sift(@o, function($v, $k){$k != @h})",
		"$sift(@o, function($v, $k, $a){$count($keys($a)) > 1})", "index¦@O[0]", "index¦@O[-1]", "$single(@O, function($v){$v = @o})", "$single([@o])", "$reduce(@O, function($p, $q){$merge([$p, $q])})", "!~>¦@O ~> $merge()",
		"group¦@N{$string($): $count($)}", "|transform|¦$clone(@o) ~> |$|{'new': @v}, @h|", "|transform|¦@o ~> |*|{'n': @n}|", "|transform|¦@o ~> |**|{}, ['a', @h]|", "partial¦@o ~> $sift(function($v, $k){$length($k) = 1})", "$eval('{\"a\": 1}')",
		"$assert(@b, @s)", "$assert(@b)", "$error()", "$error(@s)", "{}¦{'a': @p, 'b': @p}",
	},
	anything: {"@n"},
}

var patterns = []string{
	"/a/", "/[a-z]+/i", "/(\\w)(\\d*)/", "/\\s+/", "/^h/i", "/o$/m", "/b|c/", "/[^,]+/", "/\\d{1,3}/", "/(?:x)?y+/", "/a*/", "/./", "/o(?=\\s|$)/", "/\\bfoo\\b/", "/(.)\\1/",
	"/[a-c]/", "/(a)(b)?(c)?/", "/[\\w.]+@/", "/-?\\d+(\\.\\d+)?/", "/\\//", "/é|ï/", "/^$/", "/W(or)ld/", "/[A-Z]/", "/\\t|\\n/", "/(o+)(?!d)/", "/l+?/", "/^\\s*(\\S+)\\s*$/",
}

var moments = []string{
	"2017-11-07T15:12:37.121Z", "2018-02-28", "2024-02-29T23:59:59Z", "1999-12-31T23:59:59.999+05:30", "2017", "2020-06", "1970-01-01T00:00:00.001Z", "not a date", "2021-13-45", "2018-03-27T09:05",
	"31/12/1999", "March 27, 2018", "12:30", "2018-W13-2", "27th of March, 2018", "Tuesday, 27 March 2018", "twenty-seven", "9:07 pm",
}

var pictures = []string{
	"[Y0001]-[M01]-[D01]", "[Y]-[M]-[D]T[H01]:[m01]:[s01].[f001]Z", "[D01]/[M01]/[Y0001]", "[MNn] [D1], [Y]", "[FNn], [D] [MNn] [Y]", "[D1o] of [MNn], [Y]", "[H]:[m]:[s] [z]", "[h#1]:[m01] [P]", "[h]:[m] [Pn]", "[Y]-W[W]-[F1]",
	"[X0001]-W[W01]-[F1]", "[YI] [MI]", "[Dwo] [MN,*-3] [Y,*-2]", "[Y0001][M01][D01]", "[d]", "[w]", "[xNn] week [w]", "[H01][m01] [Z]", "[Z01:01]", "[z0]", "[Z0000t]", "literal [[brackets]] [Y]", "[Yw]", "[F,3-3]", "[FN,3-3] [D01] [MNn,3-3]", "[Ya]", "[M01", "[q]",
	"[s] [f]", "[f1]", "[Y9,999,*]", "[D] [C] [E]", "[mNn]", "[MA]", "[Ma]", "[DW] [MNn]", "[Y] [d001]",
}

var numberPictures = []string{
	"#,##0.00", "0", "#", "#0.0#", "000.000", "#,###", "#0.00;(#0.00)", "0%", "#0.0‰", "$#,##0", "#,##,##0", "0.0", "#.#", "##0.00 USD", "00", "#,##0.###,#", "", "0.0.0", "0,.0", "#0#", "0;0;0", "0%%", "0,", "0.#0", "#,#00", "-0", "(0)", "#.00", "0.########",
}

var integerPictures = []string{
	"0", "#,##0", "000", "w", "W", "Ww", "wo", "Wwo", "I", "i", "A", "a", "0;o", "1o", "#0", "w;o", "#:##0", "#,##0;o", "①", "Ww;o", "٠٠", "#,##,##0", "", "0#", "α", "00,00", "#", "I;o", "*0",
}

var upper = []string{"$uppercase", "$string", "$boolean", "$count", "$type", "$exists", "$length", "$not", "$abs", "$keys", "$sum", "$reverse", "$trim", "function($v){$v}", "λ($v, $i){$i}", "function($v){[$v]}", "function(){1}", "function($v){{'v': $v}}", "function($v){$v.name}"}

// build fills in a template.
func (g *generator) build(t template, k kind, depth int) *Node {
	n := &Node{atom: true}
	text, loose := strings.CutPrefix(string(t), "!")
	if before, after, ok := strings.Cut(text, "¦"); ok {
		n.uses = append(n.uses, before)
		text = after
	}
	n.atom = !loose
	parts := strings.Split(text, "@")
	n.text = append(n.text, parts[0])
	n.uses = append(n.uses, used(parts[0])...)
	for i, part := range parts[1:] {
		kid := g.place(part[0], k, depth-1)
		if loose || i == 0 && strings.HasPrefix(text, "@") || strings.HasPrefix(text, "-") {
			kid = g.operand(kid)
		}
		n.kids = append(n.kids, kid)
		n.text = append(n.text, part[1:])
		n.uses = append(n.uses, used(part[1:])...)
	}
	n.uses = append(n.uses, shapes(text)...)
	return n
}

// shapes are forms that a template has besides what it is about.
func shapes(text string) []string {
	var all []string
	for _, s := range []struct{ in, use string }{
		{"function(", "function"}, {"λ(", "λ"}, {" := ", ":="}, {"; ", "(;)"}, {" ? ", "?:"}, {"(?,", "?"}, {", ?", "?"}, {"$)", "$"}, {"/*", "comment"}, {" & ", "&"}, {" ~> ", "~>"},
	} {
		if strings.Contains(text, s.in) {
			all = append(all, s.use)
		}
	}
	return all
}

var kinds = map[byte]kind{'n': num, 's': str, 'b': boolean, 'o': obj, 'v': anything, 'N': nums, 'S': strs, 'O': objs, 'A': list}

func (g *generator) place(letter byte, whole kind, depth int) *Node {
	if k, ok := kinds[letter]; ok {
		return g.expr(k, depth)
	}
	switch letter {
	case '=':
		return g.expr(whole, depth)
	case 'p':
		if n := g.path(kind(g.r.IntN(int(anything)))); n != nil {
			return n
		}
		return plain("nothing.here")
	case 'd':
		return g.literal([]string{"1", "-3.5", "0x1F", "0b101", "0o17", "1e3", "", "12a", " 7 ", "007", "1.", ".5", "Infinity", "9007199254740993"})
	case 'i':
		if g.chance(60) {
			return g.expr(num, depth)
		}
		return plain(pick(g, []string{"-2", "-1", "0", "1", "2", "3", "4", "5", "1.5", "16"}))
	case 'w':
		if g.chance(60) {
			return g.expr(num, depth)
		}
		return plain(pick(g, []string{"0", "1", "4", "9", "12", "19", "21", "42", "99", "100", "123", "1234", "1999", "2024", "12345", "1000000", "1509380732935", "-5", "951782399000", "123456.789", "3.7"}))
	case 'r':
		return plain(pick(g, patterns)).with("regex")
	case 't':
		return g.literal(moments)
	case 'T':
		return g.literal(pictures)
	case 'F':
		return g.literal(numberPictures)
	case 'I':
		return g.literal(integerPictures)
	case 'h':
		return g.literal(names)
	case 'u':
		f := pick(g, upper)
		return plain(f).with(shapes(f)...)
	}
	panic("grammar: no place @" + string(letter))
}

func (g *generator) literal(all []string) *Node {
	if g.chance(25) {
		return g.expr(str, 1)
	}
	return plain(g.quoted(pick(g, all)))
}
