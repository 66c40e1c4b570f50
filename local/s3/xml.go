package s3

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

const xmlns = ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`

// A document is XML that is being written.
type document struct{ strings.Builder }

func (d *document) open(name string)  { d.WriteString("<" + name + ">") }
func (d *document) close(name string) { d.WriteString("</" + name + ">") }

// text writes an element.
func (d *document) text(name, s string) {
	d.open(name)
	d.WriteString(wire.XMLText(s))
	d.close(name)
}

// optional writes an element, unless it would be empty.
func (d *document) optional(name, s string) {
	if s != "" {
		d.text(name, s)
	}
}

func (d *document) number(name string, n int64) { d.text(name, strconv.FormatInt(n, 10)) }
func (d *document) flag(name string, b bool)    { d.text(name, strconv.FormatBool(b)) }
func (d *document) time(name string, t time.Time) {
	d.text(name, isoTime(t))
}

// owner writes who owns everything here.
func (d *document) owner(element, account string) {
	d.open(element)
	d.text("ID", ownerID(account))
	d.close(element)
}

// ownerID is a canonical user id, of which S3's have 64 hexadecimal digits.
func ownerID(account string) string { return strings.Repeat("0", 64-len(account)) + account }

// send answers with the document in an element of this name.
func (d *document) send(w http.ResponseWriter, name string) {
	writeXML(w, "<"+name+xmlns+">"+d.String()+"</"+name+">")
}

func writeXML(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte(xml.Header + body)) // the client may be gone
}

// readXML reads a body that must be XML with this root element.
func readXML(r *request, root string, into any) *wire.Error {
	body, err := readDocument(r.Request)
	if err != nil {
		return err
	}
	return parseXML(body, root, into)
}

func parseXML(body []byte, root string, into any) *wire.Error {
	if len(body) == 0 {
		return fail(http.StatusBadRequest, "MissingRequestBodyError", "Request body is empty: it must be an element "+root)
	}
	var head struct{ XMLName xml.Name }
	if err := xml.Unmarshal(body, &head); err != nil {
		return badXML(err)
	}
	if head.XMLName.Local != root {
		return wire.Errorf("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema: the root element is %q, not %q", head.XMLName.Local, root)
	}
	if err := xml.Unmarshal(body, into); err != nil {
		return badXML(err)
	}
	return nil
}

// isoTime is how S3 writes times in XML.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
