package jsonata

import (
	"math"
	"regexp"
	"strings"
	"time"
)

var dates = []builtin{
	{"fromMillis", "<n-s?s?:s>", 3, fromMillis},
	{"toMillis", "<s-s?:n>", 2, toMillis},
}

const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// mostMillis is how far JavaScript's dates reach.
const mostMillis = 8.64e15

func fromMillis(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s, err := formatTime(args[0].float(), args[1], args[2])
	if err != nil {
		return val{}, err
	}
	return textVal(s), c.ev.charge(len(s))
}

// formatTime shows a time by a picture, in a time zone that is written as +hhmm.
func formatTime(millis float64, picture, zone val) (string, *Error) {
	hours, minutes := 0, 0
	if zone.exists() {
		x := parseInt(zone.str(), true)
		if math.IsNaN(x) || math.Abs(x) > 1e6 {
			return "", failText("D3134", "The time zone %s is not written as +hhmm", jsonText(zone))
		}
		hours, minutes = int(math.Floor(x/100)), int(math.Mod(x, 100))
	}
	millis = math.Trunc(millis) + float64((60*hours+minutes)*60*1000)
	if !(math.Abs(millis) <= mostMillis) {
		return "", failWith("D1001", numberVal(millis))
	}
	shown := isoPicture
	if picture.exists() {
		shown = picture.str()
	}
	parts, err := analyseDate(shown)
	if err != nil {
		return "", err
	}
	t := time.UnixMilli(int64(millis)).UTC()
	var b strings.Builder
	for i := range parts {
		s, err := parts[i].show(t, hours, minutes)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

func (p *datePart) show(t time.Time, hours, minutes int) (string, *Error) {
	switch {
	case p.component == 0:
		return p.literal, nil
	case strings.IndexByte("YMDdFWwXxHhms", p.component) >= 0:
		if p.named {
			return p.name(t)
		}
		x := float64(fragment(t, p.component))
		if p.component == 'Y' && p.digits != -1 {
			x = math.Mod(x, math.Pow(10, float64(p.digits)))
		}
		return p.format.format(nil, x)
	case p.component == 'f':
		if p.format == nil {
			return "", failWith("D3133", textVal("f"))
		}
		return p.format.format(nil, float64(fragment(t, 'f')))
	case p.component == 'Z' || p.component == 'z':
		return p.zone(hours, minutes)
	case p.component == 'P':
		s := [2]string{"am", "pm"}[fragment(t, 'P')]
		if p.named && p.names == upper {
			s = strings.ToUpper(s)
		}
		return s, nil
	case p.component == 'C' || p.component == 'E':
		return "ISO", nil
	}
	return "undefined", nil // as the reference shows a component that it does not know
}

func (p *datePart) name(t time.Time) (string, *Error) {
	var s string
	switch p.component {
	case 'M', 'x':
		s = monthNames[fragment(t, p.component)-1]
	case 'F':
		s = dayNames[fragment(t, 'F')-1]
	default:
		return "", failWith("D3133", textVal(string(rune(p.component))))
	}
	switch p.names {
	case upper:
		s = strings.ToUpper(s)
	case lower:
		s = strings.ToLower(s)
	case title:
	}
	if p.max > 0 && len(s) > p.max {
		s = s[:p.max]
	}
	return s, nil
}

// zone shows the time zone.
func (p *datePart) zone(hours, minutes int) (s string, err *Error) {
	offset := hours*100 + minutes
	switch n := int(p.format.mandatory); {
	case p.format.every > 0, n == 3, n == 4:
		s, err = p.format.format(nil, float64(offset))
	case n == 1, n == 2:
		s, err = p.format.format(nil, float64(hours))
		if minutes != 0 && err == nil {
			two := integerPicture{zero: '0', mandatory: 2}
			tail, _ := two.format(nil, float64(minutes))
			s += ":" + tail
		}
	default:
		return "", failWith("D3134", numberVal(float64(n)))
	}
	if offset >= 0 {
		s = "+" + s
	}
	if p.component == 'z' {
		s = "GMT" + s
	}
	if offset == 0 && p.zulu {
		s = "Z"
	}
	return s, err
}

var isoForm = regexp.MustCompile(`^(\d{4})((?:-[01]\d)*)((?:-[0-3]\d)*)((?:T[0-2]\d:[0-5]\d:[0-5]\d)*)(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$`)

func toMillis(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	if args[1].exists() {
		return parseTime(args[0].str(), args[1].str(), c.ev.env.Now.UTC())
	}
	m := isoForm.FindStringSubmatch(args[0].str())
	if m == nil {
		return val{}, failWith("D3110", args[0])
	}
	return numberVal(isoMillis(m)), nil
}

// isoMillis is the time that the parts of an ISO 8601 timestamp name; NaN when there is no such time.
func isoMillis(m []string) float64 {
	month, day := 1, 1
	date := m[2] + m[3] // both parts are alike: up to two digits each
	switch len(date) {
	case 0:
	case 6:
		day = int(parseInt(date[4:], true))
		fallthrough
	case 3:
		month = int(parseInt(date[1:3], true))
	default:
		return math.NaN()
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || len(m[4]) > 9 || m[4] == "" && (m[5] != "" || m[6] != "") {
		return math.NaN()
	}
	var clock [3]int
	if m[4] != "" {
		for i := range clock {
			clock[i] = int(parseInt(m[4][1+3*i:3+3*i], true))
		}
	}
	millis := 0
	if m[5] != "" {
		millis = int(parseInt((m[5] + "000")[1:4], true))
	}
	if clock[0] > 24 || clock[0] == 24 && clock[1]+clock[2]+millis > 0 {
		return math.NaN()
	}
	t := time.Date(int(parseInt(m[1], true)), time.Month(month), day, clock[0], clock[1], clock[2], millis*1e6, time.UTC)
	zone := 0
	if len(m[6]) > 1 {
		zone = int(parseInt(m[6][1:3], true))*60 + int(parseInt(m[6][len(m[6])-2:], true))
		if m[6][0] == '-' {
			zone = -zone
		}
	}
	return float64(t.UnixMilli() - int64(zone)*60_000)
}

// A dateReader reads a component.
type dateReader struct {
	form  string // a regular expression
	parse func(s string) float64
}

func (p *datePart) reader() (dateReader, *Error) {
	switch {
	case p.component == 0:
		return dateReader{form: regexp.QuoteMeta(p.literal)}, nil
	case p.component == 'Z' || p.component == 'z':
		return p.zoneReader(), nil
	case p.format != nil:
		return p.format.reader(p.digits)
	}
	names := map[string]float64{}
	short := func(s string) string {
		if p.max > 0 {
			return s[:min(len(s), p.max)]
		}
		return s
	}
	switch p.component {
	case 'M', 'x':
		for i, name := range monthNames {
			names[short(name)] = float64(i + 1)
		}
	case 'F':
		for i, name := range dayNames {
			names[short(name)] = float64(i + 1)
		}
	case 'P':
		names = map[string]float64{"am": 0, "AM": 0, "pm": 1, "PM": 1}
	default:
		return dateReader{}, failWith("D3133", textVal(string(rune(p.component))))
	}
	return dateReader{"[a-zA-Z]+", func(s string) float64 {
		if x, ok := names[s]; ok {
			return x
		}
		return missing
	}}, nil
}

// missing stands for a component that was read and means nothing; it is the reference's undefined.
var missing = math.Inf(-1)

func (p *datePart) zoneReader() dateReader {
	r := dateReader{form: "[-+][0-9]+"}
	sep := ""
	if p.format.every > 0 {
		sep = p.format.separators[0].sign
		r.form += regexp.QuoteMeta(sep) + "[0-9]+"
	}
	if p.component == 'z' {
		r.form = "GMT" + r.form
	}
	r.parse = func(s string) float64 {
		if p.component == 'z' {
			s = s[3:]
		}
		if hours, minutes, ok := strings.Cut(s, sep); ok && sep != "" {
			return parseInt(hours, true)*60 + parseInt(minutes, true)
		}
		if len(s) <= 3 {
			return parseInt(s, true) * 60
		}
		return parseInt(s[:3], true)*60 + parseInt(s[3:], true)
	}
	return r
}

func (f *integerPicture) reader(many int) (dateReader, *Error) {
	r := dateReader{parse: func(s string) float64 { x, _ := f.parse(s); return x }}
	switch f.numbering {
	case letters:
		r.form = "[a-zA-Z]+"
	case roman:
		r.form = "[mdclxviMDCLXVI]+"
	case words:
		r.form = wordForm()
	case digits:
		r.form = "[0-9]+"
		switch {
		case many > 0 && f.optional == 0:
			r.form = "[0-9]{" + itoa(many) + "}"
		case many > 0:
			r.form = "[0-9]{" + itoa(max(0, many-f.optional)) + "," + itoa(many) + "}"
		}
		if f.ordinal {
			r.form += "(?:th|st|nd|rd)"
		}
	case otherNumbering:
		return r, failWith("D3130", textVal(f.token))
	}
	return r, nil
}

func wordForm() string {
	all := []string{"and", `[\-, ]`}
	for _, w := range numberWords {
		all = append(all, w.word)
	}
	return "(?:" + strings.Join(all, "|") + ")+"
}

// parseTime reads a time by a picture. What the picture leaves out on the left is taken from now, on the right it is
// the first of its kind.
func parseTime(s, picture string, now time.Time) (val, *Error) {
	parts, err := analyseDate(picture)
	if err != nil {
		return val{}, err
	}
	var form strings.Builder
	form.WriteString("(?i)^")
	readers := make([]dateReader, len(parts))
	for i := range parts {
		if readers[i], err = parts[i].reader(); err != nil {
			return val{}, err
		}
		form.WriteString("(" + readers[i].form + ")")
	}
	re, bad := regexp.Compile(form.String() + "$")
	if bad != nil {
		return val{}, failText("D3136", "The picture %s cannot be read by", jsonText(textVal(picture)))
	}
	found := re.FindStringSubmatch(s)
	if found == nil {
		return val{}, nil
	}
	read := components{}
	any := false
	for i, r := range readers {
		if r.parse != nil {
			any = true
			if x := r.parse(found[i+1]); x != missing {
				read[parts[i].component] = x
			}
		}
	}
	if !any {
		return val{}, nil
	}
	return read.time(now)
}

// components are what was read of a time.
type components map[byte]float64

// kind tells whether the components of all, those that are not zero, are only some of these.
func (c components) kind(all, these string) bool {
	some := false
	for i := range len(all) {
		x := c[all[i]]
		if x == 0 || math.IsNaN(x) {
			continue
		}
		if strings.IndexByte(these, all[i]) < 0 {
			return false
		}
		some = true
	}
	return some
}

func (c components) time(now time.Time) (val, *Error) {
	const allDate, allTime = "YXMxWwdD", "PHhmsf"
	dateA := c.kind(allDate, "YMD")
	dateB := !dateA && c.kind(allDate, "Yd")
	dateC := c.kind(allDate, "Xxw")
	dateD := !dateC && c.kind(allDate, "XW")
	timeA := c.kind(allTime, "Hmsf")
	timeB := !timeA && c.kind(allTime, "Phmsf")
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
		return val{}, err
	}
	if dateC || dateD { // as in the reference
		return val{}, fail("D3136")
	}
	c['M'] = max(c['M'], 1)
	if dateB {
		t := time.Date(jsYear(c['Y']), 1, int(c['d']), 0, 0, 0, 0, time.UTC)
		c['M'], c['D'] = float64(t.Month()), float64(t.Day())
	}
	if timeB {
		if c['h'] == 12 {
			c['H'] = 0
		} else {
			c['H'] = c['h']
		}
		if c['P'] == 1 {
			c['H'] += 12
		}
	}
	for _, x := range c {
		if math.IsNaN(x) || math.Abs(x) > 1e9 {
			return numberVal(math.NaN()), nil
		}
	}
	t := time.Date(jsYear(c['Y']), time.Month(int(c['M'])), int(c['D']), int(c['H']), int(c['m']), int(c['s']), 0, time.UTC)
	zone := c['Z']
	if zone == 0 {
		zone = c['z']
	}
	return numberVal(float64(t.UnixMilli()) + c['f'] - zone*60_000), nil
}

// jsYear is a year as JavaScript's Date.UTC takes it: two digits are of the twentieth century.
func jsYear(y float64) int {
	if y >= 0 && y <= 99 {
		return 1900 + int(y)
	}
	return int(y)
}

// fill adds what was left out at both ends. A gap is an error.
func (c components) fill(order string, now time.Time) *Error {
	began, ended := false, false
	for i := range len(order) {
		part := order[i]
		_, ok := c[part]
		switch {
		case ok:
			began = true
			if ended {
				return fail("D3136")
			}
		case began:
			ended = true
			c[part] = 0
			if part == 'M' || part == 'D' || part == 'd' {
				c[part] = 1
			}
		default:
			c[part] = float64(fragment(now, part))
			if part == 'P' { // the reference takes the text here, which is neither
				c[part] = 0
			}
		}
	}
	return nil
}
