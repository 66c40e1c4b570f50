package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// Items makes the items of a Distributed Map of an object's content, as a Call's ReaderConfig says: CSV, JSON or
// JSONL. It is for environments that read objects; other formats are refused by name. The failure's cause is the
// service's where it is known.
func Items(config value.Value, content []byte) Result {
	content = bytes.TrimPrefix(content, []byte("\uFEFF"))
	switch t := config.Get("InputType").Str(); t {
	case "CSV":
		return csvItems(config, content)
	case "JSON":
		return jsonItems(config, content)
	case "JSONL":
		return lineItems(content)
	default:
		return unreadable("InputType " + strconv.Quote(t) + " is not supported yet by the local engine; it reads CSV, JSON and JSONL")
	}
}

func unreadable(cause string) Result { return Failed(errItemReader, cause) }

// jsonItems are the elements or members of a JSON document, or of the part of it that ItemsPointer names.
func jsonItems(config value.Value, content []byte) Result {
	v, err := value.Parse(content)
	if err != nil {
		return unreadable("The content is no JSON: " + err.Error())
	}
	if at := config.Get("ItemsPointer").Str(); at != "" {
		for part := range strings.SplitSeq(strings.TrimPrefix(at, "/"), "/") {
			part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
			if i, err := strconv.Atoi(part); err == nil && v.IsArray() {
				v = v.Index(i)
			} else {
				v = v.Get(part)
			}
		}
		if !v.Exists() {
			return unreadable("The ItemsPointer " + strconv.Quote(at) + " leads to nothing.")
		}
	}
	return Succeed(v)
}

// lineItems are JSON values, one a line.
func lineItems(content []byte) Result {
	var items []value.Value
	n := 0
	for line := range bytes.Lines(content) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		v, err := value.Parse(line)
		if err != nil {
			return unreadable(fmt.Sprintf("Line %d is no JSON: %v", n, err))
		}
		items = append(items, v)
	}
	return Succeed(value.Array(items...))
}

var delimiters = map[string]byte{"": ',', "COMMA": ',', "PIPE": '|', "SEMICOLON": ';', "SPACE": ' ', "TAB": '\t'}

// csvItems are the rows of a CSV file as objects of texts. Missing fields are empty, surplus ones are dropped, and an
// empty header is a member without a name (recorded: distributed-map/base-scenarios-map-item-reader-csv-…).
func csvItems(config value.Value, content []byte) Result {
	comma, ok := delimiters[config.Get("CSVDelimiter").Str()]
	if !ok {
		return unreadable("CSVDelimiter is " + config.Get("CSVDelimiter").String() + "; expected COMMA, PIPE, SEMICOLON, SPACE or TAB")
	}
	rows := csvRows(content, comma)
	var headers []string
	switch where := config.Get("CSVHeaderLocation").Str(); where {
	case "GIVEN":
		for _, h := range config.Get("CSVHeaders").Elements() {
			headers = append(headers, h.Str())
		}
	case "FIRST_ROW":
		if len(rows) == 0 {
			return Succeed(value.Array())
		}
		headers, rows = rows[0], rows[1:]
	default:
		return unreadable("CSVHeaderLocation is " + strconv.Quote(where) + "; expected FIRST_ROW or GIVEN")
	}
	sorted := slices.Sorted(slices.Values(headers))
	if len(slices.Compact(sorted)) < len(headers) {
		return unreadable("CSV headers cannot contain duplicates.")
	}
	items := make([]value.Value, 0, len(rows))
	for _, row := range rows {
		var b value.Builder
		for i, h := range headers {
			field := ""
			if i < len(row) {
				field = row[i]
			}
			b.Set(h, value.String(field))
		}
		items = append(items, b.Object())
	}
	return Succeed(value.Array(items...))
}

// csvRows splits CSV (RFC 4180) into fields. A backslash takes a backslash, a quote or the delimiter as it is; before
// anything else it is dropped (developer guide, "CSV").
func csvRows(content []byte, comma byte) [][]string {
	var rows [][]string
	var row []string
	var field strings.Builder
	quoted, begun := false, false // within quotes; something of this row was read
	end := func() {
		row = append(row, field.String())
		field.Reset()
	}
	for i := 0; i < len(content); i++ {
		c := content[i]
		switch {
		case c == '\\':
			if i+1 < len(content) && (content[i+1] == '\\' || content[i+1] == '"' || content[i+1] == comma) {
				i++
				field.WriteByte(content[i])
			}
			begun = true
		case c == '"' && quoted && i+1 < len(content) && content[i+1] == '"':
			field.WriteByte(c)
			i++
		case c == '"' && (quoted || field.Len() == 0):
			quoted, begun = !quoted, true
		case quoted:
			field.WriteByte(c)
		case c == comma:
			end()
			begun = true
		case c == '\r' && i+1 < len(content) && content[i+1] == '\n':
		case c == '\n':
			if begun {
				end()
				rows = append(rows, row)
			}
			row, begun = nil, false
		default:
			field.WriteByte(c)
			begun = true
		}
	}
	if begun {
		end()
		rows = append(rows, row)
	}
	return rows
}
