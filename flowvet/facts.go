package flowvet

import (
	"cmp"
	"slices"
)

// facts are what is known of a package's functions when another package calls them.
type facts struct {
	Functions []known // in the order of their names
}

type known struct {
	Name    string // types.Func.FullName
	Summary *summary
}

// AFact makes facts known to the driver.
func (*facts) AFact() {}

// String stands for all that is known.
func (*facts) String() string { return "flow" }

func (f *facts) sort() {
	slices.SortFunc(f.Functions, func(a, b known) int { return cmp.Compare(a.Name, b.Name) })
}

// find is what is known of a function; nil when it does nothing that matters.
func (f *facts) find(name string) *summary {
	i, ok := slices.BinarySearchFunc(f.Functions, name, func(k known, name string) int { return cmp.Compare(k.Name, name) })
	if !ok {
		return nil
	}
	return f.Functions[i].Summary
}
