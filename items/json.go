package items

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// document reads the elements of a JSON array, or the members of an object: those of the whole text, or of the part
// of it that ItemsPointer names. It looks at one of them at a time.
type document struct {
	in      *bufio.Reader
	pointer string
	end     byte // of what is read; 0 before it has begun
	first   bool
	raw     []byte // of the value at hand
}

func newJSON(config value.Value, in *bufio.Reader) (*document, error) {
	return &document{in: in, pointer: config.Get("ItemsPointer").Str()}, nil
}

func (d *document) Next() (Item, error) {
	if d.end == 0 {
		if err := d.begin(); err != nil {
			return Item{}, err
		}
	}
	more, err := d.more(d.end)
	switch {
	case err != nil:
		return Item{}, err
	case !more && d.pointer == "":
		return Item{}, d.nothingElse()
	case !more:
		return Item{}, io.EOF
	}
	var item Item
	if d.end == '}' {
		name, err := d.name()
		if err != nil {
			return Item{}, err
		}
		item.Key = value.String(name)
	}
	item.Value, err = d.value()
	return item, err
}

// notJSON is the failure of a text that cannot be read.
func notJSON(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("The content is no JSON: %w", err) //nolint:staticcheck // the cause of a failure, a sentence
}

// begin goes to where the items are.
func (d *document) begin() error {
	if d.pointer != "" {
		for part := range strings.SplitSeq(strings.TrimPrefix(d.pointer, "/"), "/") {
			found, err := d.descend(strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~"))
			if err != nil {
				return err
			}
			if !found {
				return fmt.Errorf("The ItemsPointer %s leads to nothing.", strconv.Quote(d.pointer)) //nolint:revive,staticcheck // a sentence
			}
		}
	}
	c, err := d.peek()
	if err != nil {
		return notJSON(err)
	}
	switch c {
	case '[':
		d.end = ']'
	case '{':
		d.end = '}'
	default:
		if _, err := d.value(); err != nil {
			return err
		}
		return ErrNotIterable
	}
	d.first = true
	_, err = d.in.Discard(1)
	return err
}

// descend goes to a member or an element of the value that is next, if there is one of that name.
func (d *document) descend(name string) (found bool, err error) {
	c, err := d.peek()
	if err != nil {
		return false, notJSON(err)
	}
	index, numeric := strconv.Atoi(name)
	end := map[byte]byte{'{': '}', '[': ']'}[c]
	if end == 0 || end == ']' && numeric != nil {
		return false, nil
	}
	_, _ = d.in.Discard(1) // what was peeked is there
	d.first = true
	for i := 0; ; i++ {
		more, err := d.more(end)
		if !more || err != nil {
			return false, err
		}
		at := end == ']' && i == index
		if end == '}' {
			is, err := d.name()
			if err != nil {
				return false, err
			}
			at = is == name
		}
		if at {
			return true, nil
		}
		if err := d.scan(false); err != nil {
			return false, err
		}
	}
}

// more tells whether another element or member comes before the end of the array or object around, and goes to it.
func (d *document) more(end byte) (bool, error) {
	c, err := d.peek()
	if err != nil {
		return false, notJSON(err)
	}
	first := d.first
	d.first = false
	switch {
	case c == end:
		_, err = d.in.Discard(1)
		return false, err
	case first:
		return true, nil
	case c != ',':
		return false, notJSON(fmt.Errorf("unexpected %q; expected a comma or %q", c, end))
	}
	_, _ = d.in.Discard(1) // what was peeked is there
	if c, err = d.peek(); err == nil && c == end {
		err = fmt.Errorf("unexpected %q after a comma", c)
	}
	if err != nil {
		return false, notJSON(err)
	}
	return true, nil
}

// name reads a member's name and the colon after it.
func (d *document) name() (string, error) {
	v, err := d.value()
	if err != nil {
		return "", err
	}
	if !v.IsString() {
		return "", notJSON(fmt.Errorf("a member's name is %s; expected a string", v))
	}
	c, err := d.peek()
	if err == nil && c != ':' {
		err = fmt.Errorf("unexpected %q; expected a colon", c)
	}
	if err != nil {
		return "", notJSON(err)
	}
	_, err = d.in.Discard(1)
	return v.Str(), err
}

// nothingElse checks that nothing follows the whole; it gives io.EOF if so.
func (d *document) nothingElse() error {
	c, err := d.peek()
	if err == nil {
		return notJSON(fmt.Errorf("unexpected %q after the end", c))
	}
	return err
}

// value reads the value that is next.
func (d *document) value() (value.Value, error) {
	if err := d.scan(true); err != nil {
		return value.Value{}, err
	}
	v, err := value.Parse(d.raw)
	if err != nil {
		return v, notJSON(err)
	}
	return v, nil
}

// peek skips blanks and looks at the next byte.
func (d *document) peek() (byte, error) {
	for {
		c, err := d.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, d.in.UnreadByte()
		}
	}
}

// scan takes the text of the value that is next, without looking closely. What is skipped is not kept.
func (d *document) scan(keep bool) error {
	if _, err := d.peek(); err != nil {
		return notJSON(err)
	}
	d.raw = d.raw[:0]
	depth, quoted := 0, false
	for {
		c, err := d.in.ReadByte()
		if err == io.EOF && depth == 0 && !quoted && len(d.raw) > 0 {
			return nil
		}
		if err != nil {
			return notJSON(err)
		}
		switch {
		case quoted && c == '\\':
			if keep {
				d.raw = append(d.raw, c)
			}
			if c, err = d.in.ReadByte(); err != nil {
				return notJSON(err)
			}
		case c == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				d.raw = append(d.raw, c)
				return nil
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				d.raw = append(d.raw, c)
				return nil
			}
			if depth < 0 {
				return d.plainEnd()
			}
		case depth == 0 && (c == ',' || c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			return d.plainEnd()
		}
		if keep || len(d.raw) == 0 {
			d.raw = append(d.raw, c)
		}
	}
}

// plainEnd ends a number or a word before the byte that was just read.
func (d *document) plainEnd() error {
	if len(d.raw) == 0 {
		return notJSON(errors.New("a value is missing"))
	}
	return d.in.UnreadByte()
}
