package items

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

var delimiters = map[string]byte{"": ',', "COMMA": ',', "PIPE": '|', "SEMICOLON": ';', "SPACE": ' ', "TAB": '\t'}

// maxHeaders is how many bytes the headers that ReaderConfig gives may have (developer guide, "CSVHeaders").
const maxHeaders = 10 << 10

// table reads CSV: every row is an object of texts. Missing fields are empty, surplus ones are dropped, and an empty
// header is a member without a name (recorded: distributed-map/base-scenarios-map-item-reader-csv-…).
type table struct {
	in      *bufio.Reader
	comma   byte
	headers []string
	batch   value.Batch
	row     []string
	long    []byte
}

func newCSV(config value.Value, in *bufio.Reader) (*table, error) {
	comma, ok := delimiters[config.Get("CSVDelimiter").Str()]
	if !ok {
		return nil, fmt.Errorf("CSVDelimiter is %s; expected COMMA, PIPE, SEMICOLON, SPACE or TAB", config.Get("CSVDelimiter"))
	}
	r := &table{in: in, comma: comma}
	switch where := config.Get("CSVHeaderLocation").Str(); where {
	case "GIVEN":
		size := 0
		for _, h := range config.Get("CSVHeaders").Elements() {
			r.headers = append(r.headers, h.Str())
			size += len(h.Str())
		}
		if size > maxHeaders {
			return nil, fmt.Errorf("CSVHeaders has %d bytes; expected 10 KiB at most", size)
		}
	case "FIRST_ROW":
		row, err := r.read()
		if err != nil && err != io.EOF {
			return nil, err
		}
		r.headers = slices.Clone(row)
	default:
		return nil, fmt.Errorf("CSVHeaderLocation is %s; expected FIRST_ROW or GIVEN", strconv.Quote(where))
	}
	sorted := slices.Sorted(slices.Values(r.headers))
	if len(slices.Compact(sorted)) < len(r.headers) {
		return nil, errors.New("CSV headers cannot contain duplicates.") //nolint:revive,staticcheck // the service's words
	}
	return r, nil
}

func (r *table) Next() (Item, error) {
	row, err := r.read()
	if err != nil {
		return Item{}, err
	}
	fields := r.batch.Items(len(r.headers))
	for i := range fields {
		field := ""
		if i < len(row) {
			field = row[i]
		}
		fields[i] = value.String(field)
	}
	return Item{Value: r.batch.Object(r.headers, fields)}, nil
}

// read gives the fields of the next row that is not empty. They stay as they are until the next call.
func (r *table) read() ([]string, error) {
	for {
		line, err := readLine(r.in, &r.long)
		if err != nil {
			return nil, err
		}
		if bytes.IndexByte(line, '"') >= 0 || bytes.IndexByte(line, '\\') >= 0 {
			row, err := r.intricate(line)
			if row != nil || err != nil {
				return row, err
			}
			continue
		}
		if n := len(line); n > 0 && line[n-1] == '\n' {
			if line = line[:n-1]; n > 1 && line[n-2] == '\r' {
				line = line[:n-2]
			}
		}
		if len(line) > 0 {
			return r.split(string(line)), nil
		}
	}
}

// split cuts a line without quotes and backslashes into fields.
func (r *table) split(line string) []string {
	r.row = r.row[:0]
	for {
		i := strings.IndexByte(line, r.comma)
		if i < 0 {
			r.row = append(r.row, line)
			return r.row
		}
		r.row = append(r.row, line[:i])
		line = line[i+1:]
	}
}

// intricate reads a row with quotes or backslashes (RFC 4180), which begins with line and may have more of them. A
// backslash takes a backslash, a quote or the delimiter as it is; before anything else it is dropped (developer guide,
// "CSV"). Nil is an empty row.
func (r *table) intricate(line []byte) ([]string, error) {
	s := scanner{comma: r.comma, row: r.row[:0]}
	for !s.line(line) {
		var err error
		if line, err = readLine(r.in, &r.long); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
	}
	if s.begun {
		s.end()
	} else {
		s.row = nil
	}
	return s.row, nil
}

// A scanner puts a row together, byte by byte.
type scanner struct {
	comma  byte
	row    []string
	field  strings.Builder
	quoted bool // within quotes
	begun  bool // something of the row was read
}

func (s *scanner) end() {
	s.row = append(s.row, s.field.String())
	s.field.Reset()
}

// line takes a line with its end, and tells whether the row ends with it.
func (s *scanner) line(c []byte) (done bool) {
	for i := 0; i < len(c); i++ {
		next := byte(0)
		if i+1 < len(c) {
			next = c[i+1]
		}
		switch b := c[i]; {
		case b == '\\':
			if next == '\\' || next == '"' || next == s.comma {
				i++
				s.field.WriteByte(next)
			}
			s.begun = true
		case b == '"' && s.quoted && next == '"':
			s.field.WriteByte(b)
			i++
		case b == '"' && (s.quoted || s.field.Len() == 0):
			s.quoted, s.begun = !s.quoted, true
		case s.quoted:
			s.field.WriteByte(b)
		case b == s.comma:
			s.end()
			s.begun = true
		case b == '\r' && next == '\n':
		case b == '\n':
			return true
		default:
			s.field.WriteByte(b)
			s.begun = true
		}
	}
	return false
}
