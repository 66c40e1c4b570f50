package photos_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/test/photos"
)

func TestFilesAreSmallAndExplained(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range photos.All() {
		if len(data) >= 400_000 {
			t.Errorf("%s has %d bytes; a photograph here has less than 400,000", name, len(data))
		}
		if !strings.Contains(string(readme), "| `"+name+"` |") {
			t.Errorf("README.md has no row for %s: every file has its origin and licence there", name)
		}
	}
}

func TestBytesAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	photos.Read("rocket.jpg")[0] = 0
	if photos.Read("rocket.jpg")[0] != 0xff {
		t.Error("a caller changed the photograph for everybody")
	}
}

func TestFailingFilesExist(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"coffee.gif", "empty.png", "truncated.jpg"} {
		if !slices.Contains(photos.Names(), name) || photos.Fails(name) == "" {
			t.Errorf("%s is missing or not known to fail", name)
		}
	}
}

func Example() {
	for _, name := range photos.Names() {
		if expected := photos.Fails(name); expected != "" {
			fmt.Println(name, "ends in", expected)
		}
	}
	// Output:
	// coffee.gif ends in FileTypeNotSupported
	// empty.png ends in EmptyObject
	// truncated.jpg ends in CorruptImage
}
