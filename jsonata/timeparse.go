package jsonata

import (
	"math"
	"strings"
)

// A timeReader reads a part of a timestamp by a part of a picture.
type timeReader struct {
	part *datePart
	// lengths gives, one after the other, how many bytes of s the part can take, the one that is to be tried first
	// first, until try tells that the rest could be read, or that there was an error.
	lengths func(s string, try func(n int) bool) bool
	value   func(s string) (float64, *Error) // nil for a literal
}

// unread is the value of a component that was read and means nothing.
var unread = math.Inf(-1)

// parseTime reads a time by a picture. What the picture leaves out on the left is taken from now; on the right it is
// the first of its kind.
func (ev *evaluation) parseTime(s, picture string) (val, *Error) {
	if err := ev.charge(8 * len(picture)); err != nil {
		return val{}, err
	}
	parts, err := readDatePicture(picture)
	if err != nil {
		return val{}, err
	}
	readers := make([]timeReader, len(parts))
	for i := range parts {
		if readers[i], err = parts[i].reader(); err != nil {
			return val{}, err
		}
	}
	m := timeMatch{ev: ev, readers: readers, ends: make([]int, len(parts))}
	if !m.match(s, 0, 0) || m.err != nil {
		return val{}, m.err
	}
	var read components
	start, some := 0, false
	for i, r := range readers {
		text := s[start:m.ends[i]]
		start = m.ends[i]
		if r.value == nil {
			continue
		}
		x, err := r.value(text)
		if err != nil {
			return val{}, err
		}
		some = true
		read.set(r.part.component[0], x)
	}
	if !some {
		return val{}, nil
	}
	now := momentAt(float64(ev.env.Now.UnixMilli()))
	millis, err := read.time(&now)
	return numberVal(millis), err
}

// A timeMatch finds out how the parts of a picture share a text, as a regular expression would.
type timeMatch struct {
	ev      *evaluation
	readers []timeReader
	ends    []int
	err     *Error
}

func (m *timeMatch) match(s string, i, at int) bool {
	if m.err = m.ev.step(1); m.err != nil {
		return true
	}
	if i == len(m.readers) {
		return at == len(s)
	}
	return m.readers[i].lengths(s[at:], func(n int) bool {
		m.ends[i] = at + n
		return m.match(s, i+1, at+n)
	})
}

// reader is how a part is read. Case does not count.
func (p *datePart) reader() (timeReader, *Error) {
	r := timeReader{part: p}
	switch {
	case p.component == "":
		r.lengths = oneOf(p.literal)
		return r, nil
	case p.component == "Z" || p.component == "z":
		return p.zoneReader()
	case p.format != nil:
		return p.numberReader()
	}
	names, first := dayNames, 1.0
	switch p.component {
	case "M", "x":
		names = monthNames
	case "F":
	case "P":
		names, first = []string{"am", "pm", "AM", "PM"}, 0
	default:
		return r, failWith("D3133", textVal(p.component))
	}
	r.lengths = someOf(isLetter, 1, unbounded)
	r.value = func(s string) (float64, *Error) {
		found := unread
		for i, name := range names {
			if p.component != "P" && p.hasWidth && p.most > 0 || p.component != "P" && p.most < 0 {
				name = name[:int(max(0, min(float64(len(name)), p.most)))]
			}
			if name == s {
				found = first + float64(i)
			}
		}
		if p.component == "P" && found > 1 {
			found -= 2
		}
		return found, nil
	}
	return r, nil
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (p *datePart) zoneReader() (timeReader, *Error) {
	sep := ""
	if p.format.every > 0 {
		sep = p.format.separators[0].sign
	}
	gmt := ""
	if p.component == "z" {
		gmt = "GMT"
	}
	r := timeReader{part: p}
	r.lengths = func(s string, try func(int) bool) bool {
		at := len(gmt)
		if len(s) <= at || !strings.EqualFold(s[:at], gmt) || s[at] != '+' && s[at] != '-' {
			return false
		}
		at++
		for n := leading(s[at:], isDigit); n > 0; n-- {
			if sep == "" {
				if try(at + n) {
					return true
				}
				continue
			}
			if !strings.HasPrefix(s[at+n:], sep) {
				continue
			}
			behind := at + n + len(sep)
			for k := leading(s[behind:], isDigit); k > 0; k-- {
				if try(behind + k) {
					return true
				}
			}
		}
		return false
	}
	r.value = func(s string) (float64, *Error) {
		s = s[len(gmt):]
		hours, minutes, ok := strings.Cut(s, sep)
		if sep == "" || !ok {
			hours, minutes = s, "0"
			if len(s) > 3 {
				hours, minutes = s[:3], s[3:]
			}
		}
		return parseInt(hours, true)*60 + parseInt(minutes, true), nil
	}
	return r, nil
}

func (p *datePart) numberReader() (timeReader, *Error) {
	f := p.format
	r := timeReader{part: p, value: f.parse}
	switch f.numbering {
	case letters:
		r.lengths = someOf(isLetter, 1, unbounded)
	case roman:
		r.lengths = someOf(func(c byte) bool { return strings.IndexByte("mdclxviMDCLXVI", c) >= 0 }, 1, unbounded)
	case words:
		r.lengths = numberWordLengths
	case digits:
		least, most := 1, unbounded
		if p.last > 0 {
			most = int(min(p.last, unbounded))
			if least = most - f.optional; least < 0 {
				least, most = 1, 0 // the reference's expression for it matches no number
			}
		}
		r.lengths = someOf(isDigit, least, most)
		if f.ordinal {
			r.lengths = followed(r.lengths, oneOf("th", "st", "nd", "rd"))
		}
	case otherNumbering:
		return r, failWith("D3130", textVal(f.token))
	}
	return r, nil
}

// someOf takes as many bytes of a class as there are, or fewer.
func someOf(class func(byte) bool, least, most int) func(string, func(int) bool) bool {
	return func(s string, try func(int) bool) bool {
		for n := min(leading(s, class), most); n >= least; n-- {
			if try(n) {
				return true
			}
		}
		return false
	}
}

// oneOf takes one of some texts.
func oneOf(texts ...string) func(string, func(int) bool) bool {
	return func(s string, try func(int) bool) bool {
		for _, text := range texts {
			if n := foldedPrefix(s, text); n >= 0 && try(n) {
				return true
			}
		}
		return false
	}
}

// foldedPrefix is how many bytes of s are a text, when case does not count; -1 when s does not begin with it.
func foldedPrefix(s, text string) int {
	at := 0
	for _, want := range text {
		if at == len(s) {
			return -1
		}
		r, size := nextRune(s[at:])
		if r != want && canonical(r) != canonical(want) {
			return -1
		}
		at += size
	}
	return at
}

func followed(first, second func(string, func(int) bool) bool) func(string, func(int) bool) bool {
	return func(s string, try func(int) bool) bool {
		return first(s, func(n int) bool {
			return second(s[n:], func(k int) bool { return try(n + k) })
		})
	}
}

// maxNumberWords is how long a number in words can be that is part of a timestamp.
const maxNumberWords = 2000

// numberWordLengths takes as many words of a number as there are, with what stands between them.
func numberWordLengths(s string, try func(int) bool) bool {
	if len(s) > maxNumberWords {
		return false
	}
	next := func(word string) bool {
		n := foldedPrefix(s, word)
		if n < 0 {
			return false
		}
		return numberWordLengths(s[n:], func(k int) bool { return try(n + k) }) || try(n)
	}
	for _, w := range numberWords {
		if next(w.word) {
			return true
		}
	}
	return next("and") || next("-") || next(",") || next(" ")
}

// components are what was read of a time, by their letter.
type components struct {
	values [128]float64
	has    [128]bool
}

func (c *components) set(component byte, x float64) {
	c.values[component], c.has[component] = x, x != unread
}

// kind tells whether the components of all that are there, and not zero, are only some of these.
func (c *components) kind(all, these string) bool {
	some := false
	for i := range len(all) {
		x := c.values[all[i]]
		if !c.has[all[i]] || x == 0 || math.IsNaN(x) {
			continue
		}
		if strings.IndexByte(these, all[i]) < 0 {
			return false
		}
		some = true
	}
	return some
}

// time puts the components together.
func (c *components) time(now *moment) (float64, *Error) {
	const allDate, allTime = "YXMxWwdD", "PHhmsf"
	dateA := c.kind(allDate, "YMD")
	dateB := !dateA && c.kind(allDate, "Yd")
	dateC := c.kind(allDate, "Xxw")
	dateD := !dateC && c.kind(allDate, "XW")
	timeB := !c.kind(allTime, "Hmsf") && c.kind(allTime, "Phmsf")
	order := "YMD"
	switch {
	case dateB:
		order = "YD"
	case dateC:
		order = "XxwF"
	case dateD:
		order = "XWF"
	}
	if timeB {
		order += "Phmsf"
	} else {
		order += "Hmsf"
	}
	if err := c.fill(order, now); err != nil {
		return 0, err
	}
	if dateC || dateD { // weeks cannot be read by the reference either
		return 0, fail("D3136")
	}
	v := &c.values
	if v['M'] > 0 && c.has['M'] {
		v['M']--
	} else {
		v['M'] = 0
	}
	if dateB {
		t := momentAt(utcDay(v['Y'], 0, 1) + (v['d']-1)*dayMillis)
		v['M'], v['D'] = t.month, t.day
	}
	if timeB {
		if v['H'] = v['h']; v['h'] == 12 {
			v['H'] = 0
		}
		if v['P'] == 1 {
			v['H'] += 12
		}
	}
	millis := utc(v['Y'], v['M'], v['D'], v['H'], v['m'], v['s'], v['f'])
	for _, z := range [...]byte{'Z', 'z'} {
		if x := v[z]; c.has[z] && x != 0 && !math.IsNaN(x) {
			return millis - x*60_000, nil
		}
	}
	return millis, nil
}

// fill adds what was left out at both ends. A gap is an error.
func (c *components) fill(order string, now *moment) *Error {
	began, ended := false, false
	for i := range len(order) {
		part := order[i]
		switch {
		case c.has[part]:
			began = true
			if ended {
				return fail("D3136")
			}
		case began:
			ended = true
			c.values[part] = 0
			if part == 'M' || part == 'D' || part == 'd' {
				c.values[part] = 1
			}
			c.has[part] = true
		default:
			c.values[part], c.has[part] = now.part(part), true // the reference takes am and pm as words, which say nothing
		}
	}
	return nil
}
