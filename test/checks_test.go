package test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/template"
	"github.com/stepwright/stepwright/policy"
)

const manual = "../docs/checks.md"

// speakers are the trees whose packages make diagnostics.
var speakers = []string{"asl", "check", "flow", "flowvet", "engine", "cdk", "policy", "local", "program", "cmd/stepwright"}

var (
	kebab   = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`) // the codes of AWS errors have capitals
	section = regexp.MustCompile("(?m)^### (?:`([a-z-]+)`|([a-z-]+))$")
	part    = regexp.MustCompile(`(?m)^## (.*)$`)
	script  = regexp.MustCompile("(?s)```json\n(.*?)```\n\n```text\n(.*?)```")
	said    = regexp.MustCompile("(?s)```text\n(.*?)```")
	place   = regexp.MustCompile(`(?m)^\S+\.go:\d+: `)
)

// TestEveryCodeHasASection compares the codes in the sources with the sections of docs/checks.md.
func TestEveryCodeHasASection(t *testing.T) {
	t.Parallel()
	codes := map[string]string{} // to where one is
	for _, dir := range speakers {
		found := codesIn(t, filepath.Join("..", dir))
		if len(found) == 0 && dir != "cdk" { // passes on those of others only
			t.Errorf("no code found in %s", dir)
		}
		maps.Copy(codes, found)
	}
	sections := map[string]int{}
	for _, m := range section.FindAllStringSubmatch(readManual(t), -1) {
		sections[m[1]+m[2]]++
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if sections[code] == 0 {
			t.Errorf("%s: docs/checks.md has no section about %s", codes[code], code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(sections)) {
		if sections[code] > 1 {
			t.Errorf("docs/checks.md has %d sections about %s", sections[code], code)
		}
		if codes[code] == "" {
			t.Errorf("docs/checks.md has a section about %s, which nobody says", code)
		}
	}
}

// codesIn collects the codes of the diagnostics that the packages of a tree make: strings given to a field Code or
// code, to a parameter called code, and to a constant Code….
func codesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	var parsed []*ast.File
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		parsed = append(parsed, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	takers := map[string][]int{}
	for _, f := range parsed {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if i := codeParameter(fn); i >= 0 {
					takers[fn.Name.Name] = append(takers[fn.Name.Name], i)
				}
			}
		}
	}
	codes := map[string]string{}
	note := func(e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if code, err := strconv.Unquote(lit.Value); err == nil && kebab.MatchString(code) {
			codes[code] = files.Position(lit.Pos()).String()
		}
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && isCode(key.Name) {
					note(n.Value)
				}
			case *ast.CallExpr:
				for _, i := range takers[callee(n)] {
					if i < len(n.Args) {
						note(n.Args[i])
					}
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if field, ok := left.(*ast.SelectorExpr); ok && isCode(field.Sel.Name) && len(n.Lhs) == len(n.Rhs) {
						note(n.Rhs[i])
					}
				}
			case *ast.GenDecl:
				for _, s := range n.Specs {
					if c, ok := s.(*ast.ValueSpec); ok && n.Tok == token.CONST && strings.HasPrefix(c.Names[0].Name, "Code") {
						for _, v := range c.Values {
							note(v)
						}
					}
				}
			}
			return true
		})
	}
	return codes
}

func isCode(name string) bool { return name == "Code" || name == "code" }

// codeParameter is the place of a function's parameter code, or -1.
func codeParameter(fn *ast.FuncDecl) int {
	i := 0
	for _, field := range fn.Type.Params.List {
		for _, name := range field.Names {
			if name.Name == "code" {
				return i
			}
			i++
		}
	}
	return -1
}

func callee(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func readManual(t *testing.T) string {
	t.Helper()
	return read(t, manual)
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readAll(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	all := ""
	for _, file := range files {
		all += read(t, file)
	}
	return all
}

// parts are what the examples of the parts of docs/checks.md are given to; package check runs those of the first two.
var parts = map[string]func([]byte) diag.List{
	"What the local engine refuses": func(src []byte) diag.List {
		m, l := asl.Parse(src, asl.File("refund.asl.json"))
		_, more := engine.NewPlan(m, engine.Options{})
		return append(l, more...)
	},
	"While a stack is synthesized": func(src []byte) diag.List {
		m, l := asl.Parse(src, asl.File("refund.asl.json"))
		p := policy.Derive(m, policy.Options{})
		for _, n := range p.Needs {
			l.Add(n.Diagnostic())
		}
		return append(l, p.Problems...)
	},
	"While a stack comes up here": func(src []byte) diag.List {
		tpl, l := template.Parse("Photos.template.json", src, template.Settings{})
		if tpl == nil {
			return l
		}
		return append(l, (&template.Engine{Providers: []wire.Provider{makes{}}}).Check(tpl)...)
	},
}

// makes is a provider that is asked for its types only.
type makes struct{ wire.Provider }

func (makes) Types() []string { return []string{"AWS::S3::Bucket", "AWS::SQS::Queue"} }

// TestManualOfPlansAndStacks runs the JSON examples of docs/checks.md that are about plans, policies and templates:
// each must show the problem of its section, in the words that are said. -update writes the words.
func TestManualOfPlansAndStacks(t *testing.T) {
	t.Parallel()
	text := readManual(t)
	out, count := "", 0
	for title, body := range split(text, part) {
		say := parts[title]
		if say == nil {
			out += body
			continue
		}
		for code, s := range split(body, section) {
			if m := script.FindStringSubmatchIndex(s); m != nil {
				words := ""
				for _, d := range say([]byte(strings.TrimSuffix(s[m[2]:m[3]], "\n"))) {
					words += d.Text() + "\n"
				}
				if !strings.Contains(words, "["+code+"]") {
					t.Errorf("%s: the example does not show it:\n%s", code, words)
				}
				s = s[:m[4]] + words + s[m[5]:]
				count++
			}
			out += s
		}
	}
	if count < 10 {
		t.Errorf("%d examples found", count)
	}
	golden.Equal(t, manual, []byte(out))
}

// split gives the sections of a text in turn, each with the title that heading finds; what stands before the first
// has none.
func split(text string, heading *regexp.Regexp) func(yield func(title, body string) bool) {
	return func(yield func(string, string) bool) {
		title, from := "", 0
		for _, m := range heading.FindAllStringSubmatchIndex(text, -1) {
			if !yield(title, text[from:m[0]]) {
				return
			}
			title, from = strings.Trim(text[m[0]:m[1]], "#` "), m[0]
		}
		yield(title, text[from:])
	}
}

// TestManualOfFlow finds the Go lines of docs/checks.md among the mistakes that flow's tests make, and the messages
// among those that they expect.
func TestManualOfFlow(t *testing.T) {
	t.Parallel()
	source := readAll(t, "../flow/*mistakes_test.go")
	expected := readAll(t, "../flow/testdata/*mistakes.golden")
	for _, w := range mistaken() {
		_, found := w.Build()
		for _, d := range found {
			expected += d.Text() + "\n"
		}
	}
	// The types of the tests are shown as those of a package that an author could have.
	expected = strings.ReplaceAll(place.ReplaceAllString(expected, ""), "flow_test.", "orders.")
	for title, body := range split(readManual(t), part) {
		if title != "While a workflow is built (flow)" {
			continue
		}
		for code, s := range split(body, section) {
			if code == title || code == "" {
				continue
			}
			m := said.FindStringSubmatch(s)
			if m == nil || !strings.Contains(m[1], "["+code+"]") || !strings.Contains(expected, place.ReplaceAllString(m[1], "")) {
				t.Errorf("%s: the build does not say this:\n%s", code, m)
			}
			for _, block := range goBlock.FindAllStringSubmatch(s, -1) {
				for line := range strings.Lines(block[1]) {
					if !strings.Contains(source, strings.TrimSpace(line)) {
						t.Errorf("%s: flow/mistakes_test.go has no line %s", code, line)
					}
				}
			}
		}
		return
	}
	t.Error("docs/checks.md has no part about flow")
}

// mistaken are workflows whose problems are not in flow/testdata/mistakes.golden, because they are not those of one
// line.
func mistaken() []flow.Workflow {
	type order struct {
		ID string `json:"id"`
	}
	same := func(_ *flow.Flow, o *order) *order { return o }
	all := []flow.Workflow{flow.Standard("…", same), flow.Standard("Limited", same, flow.Limit(time.Second/2))}
	for _, resource := range []string{
		"arn:aws:states:::batch:submitJob.sync",
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
		"arn:aws:states:us-east-1:123456789012:activity:Inspect",
	} {
		all = append(all, flow.Express("Quick", func(f *flow.Flow, o *order) *order {
			return flow.Do[order](f, "Call", flow.Call{Resource: resource, Args: map[string]any{"Input": o}})
		}))
	}
	return all
}
