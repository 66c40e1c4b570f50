package flowvet

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

func (in *interp) insteadOf(e ast.Expr) string {
	return "the function runs once, before there are values: ask for them with flow.Choice, flow.If and conditions"
}

func (in *interp) mend(e ast.Node) []analysis.SuggestedFix { return nil }

func (in *interp) topLevel(h *function, x ast.Expr, step string) []analysis.SuggestedFix { return nil }

var (
	_ token.Pos
	_ types.Type
)
