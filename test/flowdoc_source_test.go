package test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

// A source is the Go text of a program: all of it, and the body of its function with the number of its statements.
type source struct {
	whole, body string
	statements  int
}

// readPrograms finds the programs in the files that a pattern fits: the elements of maps that have text for a key.
func (p *press) readPrograms(pattern string) {
	p.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		p.Fatalf("no files %s: %v", pattern, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") != strings.Contains(pattern, "_test") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			p.Fatal(err)
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, text, parser.SkipObjectResolution)
		if err != nil {
			p.Fatal(err)
		}
		between := func(from, to token.Pos) string {
			return string(text[set.Position(from).Offset:set.Position(to).Offset])
		}
		ast.Inspect(f, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			key, ok := kv.Key.(*ast.BasicLit)
			if !ok || key.Kind != token.STRING {
				return true
			}
			name, err := strconv.Unquote(key.Value)
			fn := firstFunc(kv.Value)
			if err != nil || fn == nil {
				return true
			}
			p.programs[name] = source{dedent(between(kv.Value.Pos(), kv.Value.End())), dedent(between(fn.Body.Lbrace+1, fn.Body.Rbrace)), len(fn.Body.List)}
			return false
		})
	}
}

func firstFunc(n ast.Node) (found *ast.FuncLit) {
	ast.Inspect(n, func(n ast.Node) bool {
		if fn, ok := n.(*ast.FuncLit); ok && found == nil {
			found = fn
		}
		return found == nil
	})
	return found
}

// dedent moves text to the left margin.
func dedent(text string) string {
	lines := strings.Split(text, "\n")
	for len(lines) > 1 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	least := -1
	for i, l := range lines {
		if tabs := len(l) - len(strings.TrimLeft(l, "\t")); i > 0 && l != "" && (least < 0 || tabs < least) {
			least = tabs
		}
	}
	for i, l := range lines {
		if i > 0 && l != "" {
			lines[i] = l[least:]
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// goText is the body of a program, or some declarations of a file.
func (p *press) goText(args string) string {
	p.Helper()
	words := strings.Fields(args)
	if !strings.HasSuffix(words[0], ".go") {
		s, ok := p.programs[words[0]]
		switch {
		case !ok:
			p.wrong("there is no program %q", words[0])
		case len(words) > 1 && words[1] == "whole":
			return s.whole
		}
		return s.body
	}
	return p.declarations(words[0], words[1:])
}

// oneLine is a program of one return, without that word.
func (p *press) oneLine(name string) string {
	p.Helper()
	s, ok := p.programs[name]
	text := strings.TrimPrefix(s.body, "return ")
	if !ok || s.statements != 1 {
		p.wrong("%q is no program of one value", name)
	}
	var parts []string
	for l := range strings.SplitSeq(text, "\n") {
		parts = append(parts, strings.TrimSpace(l))
	}
	return strings.Join(parts, " ")
}

// declarations are some declarations of a file, with their comments.
func (p *press) declarations(file string, names []string) string {
	p.Helper()
	path := filepath.Join("..", file)
	text, err := os.ReadFile(path)
	if err != nil {
		p.Fatal(err)
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		p.Fatal(err)
	}
	found := map[string]string{}
	keep := func(name, word string, doc *ast.CommentGroup, n ast.Node) {
		from := n.Pos()
		if doc != nil && word == "" {
			from = doc.Pos()
		}
		found[name] = word + dedent(string(text[set.Position(from).Offset:set.Position(n.End()).Offset]))
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			keep(d.Name.Name, "", d.Doc, d)
			if d.Recv != nil {
				keep("."+d.Name.Name, "", d.Doc, d)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				word := ""
				if d.Lparen.IsValid() {
					word = d.Tok.String() + " "
				}
				switch s := s.(type) {
				case *ast.TypeSpec:
					keep(s.Name.Name, word, d.Doc, pickNode(word != "", s, d))
				case *ast.ValueSpec:
					for _, n := range s.Names {
						keep(n.Name, word, d.Doc, pickNode(word != "", s, d))
					}
				}
			}
		}
	}
	var out []string
	for _, name := range names {
		if found[name] == "" {
			p.wrong("%s declares no %s", file, name)
		}
		out = append(out, found[name])
	}
	return join(out)
}

func pickNode(spec bool, s, d ast.Node) ast.Node {
	if spec {
		return s
	}
	return d
}

// join puts declarations below each other, with a line between those that need more than one.
func join(all []string) string {
	var b strings.Builder
	for i, d := range all {
		if i > 0 {
			b.WriteByte('\n')
			if strings.Contains(d, "\n") || strings.Contains(all[i-1], "\n") {
				b.WriteByte('\n')
			}
		}
		b.WriteString(d)
	}
	return b.String()
}

// parseDir parses the files of a package.
func parseDir(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// pageWidth is how long a line of JSON may be before it is spread over several.
const pageWidth = 110

// spread is JSON as a person would write it: on one line what fits there.
func spread(v value.Value, indent int) string {
	line := flat(v)
	if indent+len(line) <= pageWidth || v.Len() == 0 {
		return line
	}
	pad := strings.Repeat("  ", indent/2+1)
	var parts []string
	if v.IsArray() {
		for _, x := range v.Elements() {
			parts = append(parts, pad+spread(x, indent+2))
		}
		return "[\n" + strings.Join(parts, ",\n") + "\n" + pad[2:] + "]"
	}
	for name, x := range v.Members() {
		parts = append(parts, pad+string(value.AppendQuoted(nil, name))+": "+spread(x, indent+2))
	}
	return "{\n" + strings.Join(parts, ",\n") + "\n" + pad[2:] + "}"
}

func flat(v value.Value) string {
	var parts []string
	switch {
	case v.IsArray():
		for _, x := range v.Elements() {
			parts = append(parts, flat(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case v.IsObject():
		for name, x := range v.Members() {
			parts = append(parts, string(value.AppendQuoted(nil, name))+": "+flat(x))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	default:
		return v.String()
	}
}
