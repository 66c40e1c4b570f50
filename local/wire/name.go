package wire

import (
	"crypto/sha256"
	"encoding/base32"
)

// PhysicalName gives a name to a resource whose template has none, as CloudFormation does: stack, logical id and
// twelve letters and digits that tell equal ones apart. It is the same for the same resource at every start. Stack
// and logical id are cut, so that the name has at most limit characters.
func (r Resource) PhysicalName(limit int) string {
	sum := sha256.Sum256([]byte(r.Stack + "/" + r.LogicalID))
	suffix := base32.StdEncoding.EncodeToString(sum[:])[:12]
	room := limit - len(suffix) - 2
	stack, id := r.Stack, r.LogicalID
	if over := len(stack) + len(id) - room; over > 0 {
		stack = stack[:max(1, len(stack)-over)]
		id = id[:min(len(id), room-len(stack))]
	}
	return stack + "-" + id + "-" + suffix
}
