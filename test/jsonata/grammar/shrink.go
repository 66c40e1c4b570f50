package grammar

import (
	"encoding/json"
	"maps"
	"slices"
)

// Shrink gives programs that are a little smaller than p, the smallest first: a piece stands for the whole or for one
// around it, a piece becomes a constant, a part of the text or of the input goes.
func (p Program) Shrink() []Program {
	var all []Program
	if p.root != nil {
		for _, n := range smaller(p.root) {
			all = append(all, Program{Expr: n.String(), Data: p.Data, root: n})
		}
	} else {
		all = append(all, p.cuts()...)
	}
	if p.Data != "" {
		all = append(all, Program{Expr: p.Expr, root: p.root})
		var doc any
		if err := json.Unmarshal([]byte(p.Data), &doc); err != nil {
			panic(err)
		}
		for _, d := range lesser(doc) {
			text, err := json.Marshal(d)
			if err != nil {
				panic(err)
			}
			all = append(all, Program{Expr: p.Expr, Data: string(text), root: p.root})
		}
	}
	all = slices.DeleteFunc(all, func(q Program) bool { return len(q.Expr)+len(q.Data) >= len(p.Expr)+len(p.Data) })
	slices.SortStableFunc(all, func(a, b Program) int { return len(a.Expr) + len(a.Data) - len(b.Expr) - len(b.Data) })
	return all
}

func smaller(n *Node) []*Node {
	var all []*Node
	for _, text := range []string{"1", "'a'", "[]", "a"} {
		all = append(all, plain(text))
	}
	for i, kid := range n.kids {
		all = append(all, kid)
		for _, s := range smaller(kid) {
			kids := slices.Clone(n.kids)
			kids[i] = s
			all = append(all, &Node{text: n.text, kids: kids, atom: n.atom, uses: n.uses})
		}
	}
	return all
}

// cuts are the texts with a stretch left out.
func (p Program) cuts() []Program {
	var all []Program
	r := []rune(p.Expr)
	for size := len(r) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(r); at += max(1, size/2) {
			all = append(all, Program{Expr: string(r[:at]) + string(r[at+size:]), Data: p.Data})
		}
	}
	return all
}

func lesser(doc any) []any {
	all := []any{nil}
	switch v := doc.(type) {
	case map[string]any:
		for _, name := range sortedNames(v) {
			less := maps.Clone(v)
			delete(less, name)
			all = append(all, v[name], less)
			for _, x := range lesser(v[name]) {
				with := maps.Clone(v)
				with[name] = x
				all = append(all, with)
			}
		}
	case []any:
		for i, item := range v {
			all = append(all, item, slices.Delete(slices.Clone(v), i, i+1))
			for _, x := range lesser(item) {
				with := slices.Clone(v)
				with[i] = x
				all = append(all, with)
			}
		}
	case string:
		if len(v) > 1 {
			all = append(all, "a")
		}
	case float64:
		all = append(all, 1.0)
	}
	return all
}
