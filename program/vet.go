package program

import (
	"fmt"
	"strconv"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flowvet"
)

// Vet analyses the source of the packages that were loaded: it finds what the Go compiler cannot see, and the build
// only in part.
func (s *Set) Vet() (diag.List, error) {
	found, err := flowvet.Find(s.Loaded)
	if err != nil {
		return nil, fmt.Errorf("analyse the source: %w", err)
	}
	list := make(diag.List, len(found))
	for i, f := range found {
		list[i] = f.Diagnostic
		list[i].Source = s.relative(f.File) + ":" + strconv.Itoa(f.Line)
	}
	return list, nil
}
