package flowvet

import "golang.org/x/tools/go/analysis"

type summary struct{}

// analyse finds what is wrong in one package.
func analyse(pass *analysis.Pass) []*finding {
	r := &report{}
	if usesBuilder(pass) {
		dropped(pass, r)
	}
	return r.sorted(pass.Fset)
}

// usesBuilder tells whether a package imports the builder, and is not part of it.
func usesBuilder(pass *analysis.Pass) bool {
	if theBuilder(pass.Pkg.Path()) {
		return false
	}
	for _, p := range pass.Pkg.Imports() {
		if theBuilder(p.Path()) {
			return true
		}
	}
	return false
}
