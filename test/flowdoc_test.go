package test

import (
	"bytes"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/internal/golden"
	programs "github.com/stepwright/stepwright/test/manual"
	"github.com/stepwright/stepwright/value"
)

// docs/flow.md is written by hand, but for what can be taken from somewhere: a comment says from where, and this test
// puts it there (go test ./test -run FlowManual -update), or tells that it has changed.
//
//	<!-- go: 3-task -->              the block below is the body of a program's function
//	<!-- go: 2-limit whole -->       … is all of the program
//	<!-- go: FILE Name … -->         … is some declarations of a file
//	<!-- asl: 3-task /States/Pay --> … is what becomes of the program, or some places in it: /A; /B{Only,These}
//	<!-- text: FILE SECTION -->      … is a section of an archive of texts
//	<!-- steps: dynamodb -->         the list below is what a package exports
//	| … | … | … <!-- value: 7-text --> |     the first two cells are a program and the expression it becomes
//	| … | … | … <!-- said: MISTAKE --> |     the second and third cell are what the build says, and the code
//	| … | … <!-- wrong: MISTAKE --> |        both cells are what does not compile, and what is said
//	![…](flow/refund.svg)                    the picture of a program
//
// Programs are those of the builder's tests (flow/builds*_test.go) and of test/manual.
const flowManual = "../docs/flow.md"

var (
	command = regexp.MustCompile(`^<!-- (go|asl|text|steps): (.*) -->$`)
	row     = regexp.MustCompile(`^\|.*<!-- (value|said|wrong): (.*) --> \|$`)
	picture = regexp.MustCompile(`!\[[^\]]*\]\(flow/([^)]*)\.svg\)`)
)

func TestFlowManual(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(flowManual)
	if err != nil {
		t.Fatal(err)
	}
	p := newPress(t)
	golden.Equal(t, flowManual, p.fill(text))
	for _, m := range picture.FindAllSubmatch(text, -1) {
		golden.Equal(t, "../docs/flow/"+string(m[1])+".svg", draw.SVG(p.machine(string(m[1]))))
	}
	drawn, err := filepath.Glob("../docs/flow/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range drawn {
		if !bytes.Contains(text, []byte("(flow/"+filepath.Base(file)+")")) {
			t.Errorf("%s is shown nowhere: remove it", file)
		}
	}
}

// A press fills in what the manual takes from elsewhere.
type press struct {
	*testing.T
	programs map[string]source // the Go text of programs, by name
	machines map[string]*asl.Machine
	at       int // the line of the manual
}

func newPress(t *testing.T) *press {
	t.Helper()
	p := &press{T: t, programs: map[string]source{}, machines: map[string]*asl.Machine{}}
	for _, pattern := range []string{"../flow/builds*_test.go", "manual/*.go"} {
		p.readPrograms(pattern)
	}
	for name, w := range programs.Programs() {
		d, found := w.Build()
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		p.machines[name] = d
	}
	return p
}

func (p *press) wrong(format string, args ...any) {
	p.Helper()
	p.Errorf("docs/flow.md:%d: %s", p.at, fmt.Sprintf(format, args...))
}

// fill gives the manual with everything in its place.
func (p *press) fill(text []byte) []byte {
	p.Helper()
	var out []string
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		p.at = i + 1
		switch m := command.FindStringSubmatch(line); {
		case m != nil && m[1] == "steps":
			out = append(out, line)
			for i+1 < len(lines) && lines[i+1] != "" {
				i++
			}
			out = append(out, p.steps(m[2])...)
		case m != nil:
			out = append(out, line)
			if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "```") {
				for i += 2; i < len(lines) && lines[i] != "```"; i++ {
				}
			}
			out = append(out, p.block(m[1], m[2])...)
		case strings.HasPrefix(line, "```") && line != "```sh":
			p.wrong("nothing says where this block is from: put a comment above it")
			for out = append(out, line); i+1 < len(lines) && lines[i] != "```"; i++ {
				out = append(out, lines[i+1])
			}
		case line == "```sh":
			for out = append(out, line); i+1 < len(lines) && lines[i] != "```"; i++ {
				out = append(out, lines[i+1])
			}
		default:
			if m := row.FindStringSubmatch(line); m != nil {
				line = p.row(line, m[1], m[2])
			}
			out = append(out, line)
		}
	}
	return []byte(strings.Join(out, "\n"))
}

// block is a block of code with its fences.
func (p *press) block(kind, args string) []string {
	p.Helper()
	fence, body := map[string]string{"go": "```go", "asl": "```json", "text": "```text"}[kind], ""
	switch kind {
	case "go":
		body = p.goText(args)
	case "asl":
		body = p.aslText(args)
	case "text":
		body = p.section(args)
	}
	return []string{fence, strings.TrimRight(body, "\n"), "```"}
}

// machine is the document of a program.
func (p *press) machine(name string) *asl.Machine {
	p.Helper()
	if d := p.machines[name]; d != nil {
		return d
	}
	text, err := os.ReadFile("../flow/testdata/builds/" + name + ".json") // TestBuilds of package flow keeps it right
	if err != nil {
		p.wrong("there is no program %q", name)
		return &asl.Machine{}
	}
	d, found := asl.Parse(text)
	if len(found) > 0 {
		p.Fatal(found[0].Text())
	}
	p.machines[name] = d
	return d
}

// aslText are some places of a program's document.
func (p *press) aslText(args string) string {
	p.Helper()
	name, places, some := strings.Cut(args, " ")
	doc, err := value.Parse(asl.Print(p.machine(name)))
	if err != nil {
		p.Fatal(err)
	}
	if !some {
		return spread(doc, 0)
	}
	var members []string
	for place := range strings.SplitSeq(places, ";") {
		place, only, _ := strings.Cut(strings.TrimSpace(place), "{")
		v, last := p.follow(doc, place)
		if only != "" {
			v = pick(v, strings.Split(strings.TrimSuffix(only, "}"), ","))
		}
		members = append(members, string(value.AppendQuoted(nil, last))+": "+spread(v, 0))
	}
	return strings.Join(members, ",\n")
}

// follow gives what a JSON Pointer leads to, and its last token.
func (p *press) follow(v value.Value, pointer string) (value.Value, string) {
	p.Helper()
	last := ""
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		last = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		n := 0
		if _, err := fmt.Sscan(last, &n); err == nil && v.IsArray() {
			v = v.Index(n)
		} else {
			v = v.Get(last)
		}
	}
	if !v.Exists() {
		p.wrong("%s leads nowhere", pointer)
	}
	return v, last
}

func pick(v value.Value, names []string) value.Value {
	var b value.Builder
	for name, x := range v.Members() {
		if slices.Contains(names, name) {
			b.Set(name, x)
		}
	}
	return b.Object()
}

// row is a row of a table with its cells filled in.
func (p *press) row(line, kind, args string) string {
	p.Helper()
	comment := "<!-- " + kind + ": " + args + " -->"
	cells := strings.Split(strings.Trim(strings.ReplaceAll(line, `\|`, "\x00"), "| "), " | ")
	last := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(cells[len(cells)-1]), comment))
	switch kind {
	case "value":
		cells = []string{code(p.oneLine(args)), code(p.expression(args)), last}
	case "said":
		words, id := p.said(args)
		cells = []string{cells[0], words, "[" + id + "](checks.md#" + id + ")"}
	case "wrong":
		written, says := p.refused(args)
		cells = []string{written, says}
	}
	text := strings.Join(cells, " | ")
	if !strings.HasSuffix(text, " ") {
		text += " "
	}
	return "| " + strings.ReplaceAll(text, "\x00", `\|`) + comment + " |"
}

func code(text string) string {
	text = strings.ReplaceAll(text, "|", `\|`)
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// expression is what a program of one value or one condition becomes.
func (p *press) expression(name string) string {
	p.Helper()
	d := p.machine(name)
	var found value.Value
	for _, s := range d.States.All() {
		v := asl.StateValue(s)
		if c := v.Get("Choices"); c.Exists() && strings.HasPrefix(name, "8-") {
			found = c.Index(0).Get("Condition")
			break
		}
		if out := v.Get("Output"); out.Exists() {
			found = out
		}
	}
	text := found.String()
	if found.IsString() {
		text = strings.TrimSuffix(strings.TrimPrefix(found.Str(), "{% "), " %}")
	}
	return strings.ReplaceAll(text, "$states.context.Execution.Input", "$in")
}

// said is what the build says about a mistake of its tests.
func (p *press) said(mistake string) (words, code string) {
	p.Helper()
	files, err := filepath.Glob("../flow/testdata/*mistakes.golden")
	if err != nil {
		p.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			p.Fatal(err)
		}
		if _, after, ok := strings.Cut("\n"+string(text), "\n## "+mistake+"\n"); ok {
			m := regexp.MustCompile(`^\S+: (.*) \[([a-z-]+)\]\n`).FindStringSubmatch(after)
			if m == nil {
				break
			}
			return inStory.Replace(position.ReplaceAllString(m[1], "refund.go:14")), m[2]
		}
	}
	p.wrong("no test of the builder has the mistake %q", mistake)
	return "", ""
}

// refused is a mistake that does not compile, and what the compiler says.
func (p *press) refused(mistake string) (written, says string) {
	p.Helper()
	text, err := os.ReadFile("../flow/testdata/wrong/README.md")
	if err != nil {
		p.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(mistake) + " \\| (`.*`) \\| (.*) \\|$").FindSubmatch(text)
	if m == nil {
		p.wrong("no program of flow/testdata/wrong has the mistake %q", mistake)
		return "", ""
	}
	return string(m[1]), string(m[2])
}

// What is said about the tests' own files and packages is told as it would be about the reader's.
var (
	position = regexp.MustCompile(`flow/\w+_test\.go:\d+`)
	inStory  = strings.NewReplacer(module+"/flow_test.", "example.com/shop/orders.", module+"/flow/internal/", "example.com/shop/", "flow_test.", "orders.", "|", `\|`)
)

// section is one file of an archive of texts.
func (p *press) section(args string) string {
	p.Helper()
	file, name, _ := strings.Cut(args, " ")
	text, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		p.Fatal(err)
	}
	_, after, ok := strings.Cut("\n"+string(text), "\n-- "+name+" --\n")
	if !ok {
		p.wrong("%s has no section %q", file, name)
	}
	before, _, _ := strings.Cut(after, "\n-- ")
	return before
}

// steps are what a package of flow exports.
func (p *press) steps(dir string) []string {
	p.Helper()
	var steps, options, errs, others []string
	for _, f := range parseDir(p.T, "../flow/"+dir) {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				switch {
				case d.Recv != nil || !d.Name.IsExported():
				case isStep(d):
					steps = append(steps, d.Name.Name)
				case gives(d, "TaskOption"):
					options = append(options, d.Name.Name)
				default:
					others = append(others, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && d.Tok.String() == "var" {
						for _, n := range v.Names {
							if n.IsExported() {
								errs = append(errs, n.Name)
							}
						}
					}
				}
			}
		}
	}
	var out []string
	for _, l := range []struct {
		title string
		names []string
	}{{"Steps", steps}, {"Options of steps", options}, {"Errors", errs}, {"Besides", others}} {
		if len(l.names) > 0 {
			slices.Sort(l.names)
			out = append(out, "* "+l.title+": `"+strings.Join(l.names, "`, `")+"`")
		}
	}
	return out
}

// isStep tells whether a function writes a state: its first parameters are a flow and a name.
func isStep(d *ast.FuncDecl) bool {
	l := d.Type.Params.List
	if len(l) < 2 || len(l[0].Names) != 1 {
		return false
	}
	n, ok := l[1].Type.(*ast.Ident)
	return l[0].Names[0].Name == "f" && ok && n.Name == "string" && l[1].Names[0].Name == "name"
}

func gives(d *ast.FuncDecl, typ string) bool {
	if d.Type.Results == nil || len(d.Type.Results.List) != 1 {
		return false
	}
	s, ok := d.Type.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == typ
}
