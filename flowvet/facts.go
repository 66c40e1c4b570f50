package flowvet

// facts are what is known of a package's functions when another package calls them.
type facts struct {
	Functions map[string]*summary // by types.Func.FullName
}

// AFact makes facts known to the driver.
func (*facts) AFact() {}

// String tells how much is known.
func (*facts) String() string { return "flow" }
