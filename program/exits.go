package program

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// enders are functions that end the process, by package.
var enders = map[string]map[string]bool{
	"os":      {"Exit": true},
	"syscall": {"Exit": true},
	"log":     {"Fatal": true, "Fatalf": true, "Fatalln": true},
}

// exits is where a package first calls a function that ends the process; empty if it does not.
func (s *Set) exits(p *packages.Package) string {
	at := ""
	for _, f := range p.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || at != "" {
				return at == ""
			}
			fn, ok := p.TypesInfo.Uses[id].(*types.Func)
			if ok && fn.Pkg() != nil && enders[fn.Pkg().Path()][fn.Name()] {
				pos := s.position(p.Fset.Position(id.Pos()))
				pos.Col = 0
				at = pos.String()
			}
			return true
		})
	}
	return at
}
