package flowvet

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"os"
	"slices"
)

// Mend applies the first fix of every finding that has one, and gives the new content of the files that change, by
// name, and how many findings are mended. Where fixes are in each other's way, the first in the source is applied;
// another run mends the rest. It writes nothing.
func Mend(found []Finding) (files map[string][]byte, mended int, err error) {
	edits := map[string][]Edit{}
	for _, f := range found {
		if len(f.SuggestedFixes) == 0 {
			continue
		}
		if fix := f.SuggestedFixes[0]; !overlap(edits, fix.Edits) {
			for _, e := range fix.Edits {
				edits[e.File] = append(edits[e.File], e)
			}
			mended++
		}
	}
	files = map[string][]byte{}
	for name, all := range edits {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, 0, fmt.Errorf("mend: %w", err)
		}
		if files[name], err = edited(src, all); err != nil {
			return nil, 0, fmt.Errorf("mend %s: %w", name, err)
		}
	}
	return files, mended, nil
}

// overlap tells whether one of the edits touches what another one changes. Several may insert at the same place.
func overlap(old map[string][]Edit, all []Edit) bool {
	return slices.ContainsFunc(all, func(e Edit) bool {
		return slices.ContainsFunc(old[e.File], func(o Edit) bool {
			if e.Start == e.End && o.Start == o.End {
				return e.Start == o.Start && e.New == o.New
			}
			return e.Start < o.End && o.Start < e.End || e.Start == o.Start
		})
	})
}

// edited is a source with its edits, formatted as gofmt does.
func edited(src []byte, all []Edit) ([]byte, error) {
	slices.SortStableFunc(all, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var out bytes.Buffer
	at := 0
	for _, e := range all {
		if e.Start < at || e.End > len(src) {
			return nil, fmt.Errorf("the source has changed")
		}
		out.Write(src[at:e.Start])
		out.WriteString(e.New)
		at = e.End
	}
	out.Write(src[at:])
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("format: %w", err)
	}
	return formatted, nil
}
