package imagetagging

import (
	"fmt"
	"strings"
)

// copyKey is where a copy of an upload belongs: the first /uploads/ after the
// user's id becomes another folder, and the rest stays as it is, byte by byte,
// except for folders that would make an upload of the copy.
//
//	private/kim/uploads/trip/1.jpg     →  private/kim/resized/trip/1.jpg
//	private/kim/uploads/uploads/1.jpg  →  private/kim/resized/uploads_/1.jpg
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
	return key[:start] + before + "/" + folder + "/" + noUpload(after), nil
}

// noUpload renames the folders of a path that are called uploads: a copy below
// one would match private/*/uploads/* and start another run. They get one
// underscore more, and so do those that look renamed, so that no two copies
// meet.
func noUpload(path string) string {
	parts := strings.Split(path, "/")
	for i, folder := range parts[:len(parts)-1] {
		if strings.TrimRight(folder, "_") == "uploads" {
			parts[i] = folder + "_"
		}
	}
	return strings.Join(parts, "/")
}
