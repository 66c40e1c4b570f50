package imagetagging

import (
	"fmt"
	"strings"
)

// copyKey is where a copy of an upload belongs: the first /uploads/ after the
// user's id becomes another folder, and the rest stays as it is, byte by byte.
//
//	private/kim/uploads/trip/1.jpg  →  private/kim/resized/trip/1.jpg
func copyKey(key, folder string) (string, error) {
	const uploads = "/uploads/"
	refused := NotAnUpload{fmt.Sprintf("key %q is not below private/<user>/uploads/", key)}
	_, rest, ok := strings.Cut(key, "/")
	if !ok {
		return "", refused
	}
	user := strings.IndexByte(rest, '/')
	if user < 0 {
		return "", refused
	}
	start := len(key) - len(rest) + user // the slash after the user's id
	before, after, ok := strings.Cut(key[start:], uploads)
	if !ok || after == "" {
		return "", refused
	}
	return key[:start] + before + "/" + folder + "/" + after, nil
}
