package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

const module = "github.com/stepwright/stepwright"

// known are this repository's workflows, by package and name.
var known = map[string]map[string]flow.Workflow{
	"workflows/imagetagging": {
		"ImageTagging":   imagetagging.ImageTagging,
		"FailureHandler": imagetagging.FailureHandler,
	},
}

// A document is a workflow that was built or a definition that was read.
type document struct {
	machine  *asl.Machine
	problems diag.List
	complete bool // problems does not hold what package check finds
}

// maxDefinition is far above the service's limit of 1 MiB, so that a definition over that limit is still explained.
const maxDefinition = 64 << 20

// load finds what arg names: a file, or workflows of a package. With all, a package without a name gives every one.
func load(arg string, s *streams, all bool) ([]*document, error) {
	if arg == "-" || strings.HasSuffix(arg, ".json") || isFile(arg) {
		d, err := loadFile(arg, s)
		if err != nil {
			return nil, err
		}
		return []*document{d}, nil
	}
	pkg, name, named := strings.Cut(arg, ":")
	clean := strings.TrimPrefix(path.Clean(strings.TrimPrefix(pkg, module+"/")), "./")
	workflows, ok := known[clean]
	if !ok {
		return nil, misuse("package %q is not known: until workflows are found by themselves, the command knows those of this repository: %s. A definition is named by its file",
			pkg, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	names := slices.Sorted(maps.Keys(workflows))
	switch {
	case named && workflows[name] == nil:
		hint := ""
		if n, ok := suggest.Name(name, names); ok {
			hint = fmt.Sprintf("; did you mean %q?", n)
		}
		return nil, misuse("package %s has no workflow %q%s It has %s", clean, name, hint, strings.Join(names, ", "))
	case named:
		names = []string{name}
	case len(names) > 1 && !all:
		return nil, misuse("package %s has %d workflows; say which: %s:%s", clean, len(names), arg, strings.Join(names, ", "+arg+":"))
	}
	var docs []*document
	for _, n := range names {
		m, problems := workflows[n].Build()
		docs = append(docs, &document{machine: m, problems: problems, complete: !problems.HasErrors()})
	}
	return docs, nil
}

func loadFile(name string, s *streams) (*document, error) {
	in := s.in
	shown := "standard input"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, misuse("read the definition: %v", err)
		}
		defer f.Close()
		in, shown = f, name
	}
	src, err := io.ReadAll(io.LimitReader(in, maxDefinition+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", shown, err)
	}
	if len(src) > maxDefinition {
		return nil, misuse("%s is over %d MiB; a definition has at most 1 MiB", shown, maxDefinition>>20)
	}
	m, problems := asl.Parse(src, asl.File(shown))
	return &document{machine: m, problems: problems, complete: !problems.HasErrors()}, nil
}

func isFile(name string) bool {
	i, err := os.Stat(name)
	return err == nil && i.Mode().IsRegular()
}
