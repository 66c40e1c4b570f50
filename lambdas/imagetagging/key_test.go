package imagetagging

import (
	"errors"
	"fmt"
	"testing"
)

func TestCopyKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ key, want string }{
		{"private/kim/uploads/1.jpg", "private/kim/resized/1.jpg"},
		{"private/eu-1:9f2c/uploads/trip/7b1d.jpg", "private/eu-1:9f2c/resized/trip/7b1d.jpg"},
		{"private/u 1/uploads/a+b %20 é.jpg", "private/u 1/resized/a+b %20 é.jpg"},  // I18
		{"private/kim/uploads/x/1.jpg", "private/kim/resized/x/1.jpg"},              // I23
		{"private/kim/uploads/y/1.jpg", "private/kim/resized/y/1.jpg"},              // I23
		{"private/kim/uploads/uploads/1.jpg", "private/kim/resized/uploads_/1.jpg"}, // else the copy is an upload
		{"private/kim/uploads/uploads_/uploads/1.jpg", "private/kim/resized/uploads__/uploads_/1.jpg"},
		{"private/kim/uploads/uploads", "private/kim/resized/uploads"},
		{"private/kim/uploads/myuploads/Uploads/1.jpg", "private/kim/resized/myuploads/Uploads/1.jpg"},
		{"private/kim/uploads//1.jpg", "private/kim/resized//1.jpg"},
		{"private/uploads/uploads/1.jpg", "private/uploads/resized/1.jpg"}, // a user called uploads
		{"private/kim/album/uploads/1.jpg", "private/kim/album/resized/1.jpg"},
		{"private/kim/uploads/a%2Fuploads%2Fb.jpg", "private/kim/resized/a%2Fuploads%2Fb.jpg"},

		{"private/kim/resized/1.jpg", ""},
		{"private/kim/uploads/", ""},
		{"private/uploads/1.jpg", ""},
		{"uploads/1.jpg", ""},
		{"uploads", ""},
		{"", ""},
	}
	for _, test := range tests {
		got, err := copyKey(test.key, "resized")
		_, refused := errors.AsType[NotAnUpload](err)
		if got != test.want || refused != (test.want == "") {
			t.Errorf("copyKey(%q) = %q, %v; want %q", test.key, got, err, test.want)
		}
	}
}

func Example_keys() {
	preview, _ := copyKey("private/kim/uploads/trip/1.jpg", "resized")
	_, err := copyKey("private/kim/resized/trip/1.jpg", "resized")
	fmt.Println(preview)
	fmt.Println(err)
	// Output:
	// private/kim/resized/trip/1.jpg
	// key "private/kim/resized/trip/1.jpg" is not below private/<user>/uploads/
}
