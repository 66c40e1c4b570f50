package flowvet

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// analyse finds what is wrong in one package, and tells the packages that use it what its functions do.
func analyse(pass *analysis.Pass) []*finding {
	r := &report{}
	users := usesBuilder(pass)
	if !users && !authors(pass) {
		return nil
	}
	if users {
		dropped(pass, r)
	}
	in := newInterp(pass, r)
	in.all(users)
	in.export()
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

// authors tells whether a package may be of the same author as workflows that use it: the module has no version, so
// it is being worked on.
func authors(pass *analysis.Pass) bool {
	m := pass.Module
	return !theBuilder(pass.Pkg.Path()) && m != nil && m.Path != "" && (m.Version == "" || m.Replace != nil && m.Replace.Version == "") && m.Path != "std" && m.Path != "cmd"
}

func newInterp(pass *analysis.Pass, r *report) *interp {
	in := &interp{
		pass: pass, info: pass.TypesInfo, report: r,
		decls: map[*types.Func]*ast.FuncDecl{}, inFlow: map[*ast.FuncDecl]bool{}, summaries: map[*types.Func]*summary{},
		busy: map[*types.Func]bool{}, known: map[*types.Package]*facts{}, globals: map[*types.Var]*cell{}, package_: state{},
		full: minGarbage,
	}
	for _, file := range pass.Files {
		for _, d := range file.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Body == nil {
				continue
			}
			if fn, ok := in.info.Defs[fd.Name].(*types.Func); ok {
				in.decls[fn] = fd
				in.inFlow[fd] = in.writes(fn, fd)
			}
		}
	}
	return in
}

// writes tells whether a function writes workflows: it uses the builder.
func (in *interp) writes(fn *types.Func, fd *ast.FuncDecl) bool {
	if takesFlow(fn.Signature()) >= 0 {
		return true
	}
	found := false
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && ofBuilder(in.info.Uses[id]) {
			found = true
		}
		return !found
	})
	return found
}

// all analyses the package's variables and functions. What functions keep in package variables may be used by others:
// then all are run once more.
func (in *interp) all(users bool) {
	in.variables(users)
	for range 3 {
		before := in.package_.fork()
		in.summaries = map[*types.Func]*summary{}
		for _, file := range in.pass.Files {
			for _, d := range file.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
					if fn, ok := in.info.Defs[fd.Name].(*types.Func); ok {
						in.summarize(fn)
					}
				}
			}
		}
		if !users || sameState(before, in.package_) {
			return
		}
	}
}

// variables works out the package's variables, in the order in which Go does.
func (in *interp) variables(users bool) {
	in.root = &root{seen: map[string]int{}, beyond: map[atom]*cell{}, memo: map[string]*memo{}, limit: maxWorkElse}
	if users {
		in.root.limit = maxWorkFlow
	}
	in.st = state{}
	f := newFrame()
	f.sig, f.inFlow, f.name = types.NewSignatureType(nil, nil, nil, nil, nil, false), true, in.pass.Pkg.Name()
	in.stack = []*frame{f}
	scope := in.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if v, ok := scope.Lookup(name).(*types.Var); ok {
			in.package_[in.cellOf(v)] = nowhere
		}
	}
	for _, init := range in.info.InitOrder {
		if in.st == nil {
			in.st = state{}
		}
		values := in.values([]ast.Expr{init.Rhs}, len(init.Lhs))
		for i, v := range init.Lhs {
			if c := in.cellOf(v); c != nil && carries(v.Type()) {
				in.package_[c] = join(in.package_[c].orNowhere(), values[i])
			}
		}
	}
	in.leftovers(f)
	for c, v := range in.st {
		in.package_[c] = v
	}
	in.stack, in.st = nil, nil
}

// export tells other packages what the functions do that they can call.
func (in *interp) export() {
	f := &facts{}
	for fn, s := range in.summaries {
		if fn.Exported() && !strings.HasSuffix(in.pass.Pkg.Path(), "_test") && (len(s.Effects) > 0 || telling(s)) {
			f.Functions = append(f.Functions, known{fn.FullName(), s})
		}
	}
	f.sort()
	in.pass.ExportPackageFact(f)
}

// telling tells whether a function gives something that matters.
func telling(s *summary) bool {
	for _, f := range s.Results {
		if f.Shadowed || f.Flow || f.Aggregate || len(f.Outside) > 0 || len(f.Own) > 0 {
			return true
		}
	}
	return false
}
