// Package photos holds the pictures that the demo and the scenario tests
// upload: real photographs with open licences, and files that must be refused.
// README.md has the origin and the licence of each.
package photos

import (
	"embed"
	"fmt"
	"maps"
	"slices"
)

//go:embed *.jpg *.png *.gif
var files embed.FS

// fails names the error that ends the run of a file; see Fails.
var fails = map[string]string{
	"coffee.gif":    "FileTypeNotSupported",
	"empty.png":     "EmptyObject",
	"truncated.jpg": "CorruptImage",
}

// All returns every file by name. The bytes are the caller's own.
func All() map[string][]byte {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("photos: %v", err)) // the folder is part of the program
	}
	all := map[string][]byte{}
	for _, entry := range entries {
		all[entry.Name()] = Read(entry.Name())
	}
	return all
}

// Names returns the names of all files in order.
func Names() []string { return slices.Sorted(maps.Keys(All())) }

// Read returns one file. It panics if there is none of that name.
func Read(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("photos: there is no %q; there are %q", name, Names()))
	}
	return data
}

// Fails returns the name of the error that the pipeline records for a file, or
// nothing if the file is tagged.
func Fails(name string) string { return fails[name] }
