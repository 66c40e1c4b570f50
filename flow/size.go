package flow

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
)

// maxDocument is how large a definition may be, in bytes, and maxPayload how large a value (quotas of Step Functions).
const (
	maxDocument = 1 << 20
	maxPayload  = 1 << 18
)

// checkSize reports a document that the service does not take. Small ones are not printed for that: a state without
// its texts is hardly longer than what is reckoned here.
func (m *machine) checkSize(d *asl.Machine) {
	const state = 500
	if m.again || m.weight+state*len(m.order) < maxDocument/2 {
		return
	}
	if n := len(asl.Print(d)); n > maxDocument {
		m.report(diagnosis{
			pos: m.pos, code: "too-large", message: fmt.Sprintf("the document has %d bytes; Step Functions takes at most %d", n, maxDocument),
			hint: "move parts into workflows of their own, and large constants into S3 or into handlers",
		})
	}
}

// checkValue reports a constant that no variable can hold.
func (m *machine) checkValue(n *node) {
	if n.kind == constNode && n.v.Size() > maxPayload {
		m.report(diagnosis{code: "too-large", message: fmt.Sprintf("a constant of %d bytes; a value holds at most %d", n.v.Size(), maxPayload), hint: "put it into S3 or into a handler"})
	}
}
