package program

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
)

// here is a package of a module, as Find gives it.
func here(t *testing.T) (*Package, string) {
	t.Helper()
	root := t.TempDir()
	set := &Set{settings: Settings{Dir: root}}
	return &Package{
		Path: "example.com/shop/refunds", Dir: filepath.Join(root, "refunds"), set: set,
		loaded: &packages.Package{Name: "refunds", PkgPath: "example.com/shop/refunds", Module: &packages.Module{Path: "example.com/shop", Dir: root, Main: true}},
	}, root
}

// TestCulprit finds the line that the author can change in what the Go runtime says.
func TestCulprit(t *testing.T) {
	t.Parallel()
	p, root := here(t)
	const own = "panic(0x1)\n\t/usr/local/go/src/runtime/panic.go:860 +0x1\n"
	for name, c := range map[string]struct{ trace, want string }{
		"the package's own line": {
			own + "example.com/shop/orders.check(...)\n\tROOT/orders/check.go:7\nexample.com/shop/refunds.init.0()\n\tROOT/refunds/refunds.go:12 +0x1d\n",
			"refunds/refunds.go:12",
		},
		"else one of its module": {
			own + "example.com/shop/orders.(*T).Check(0x0, {0x1, 0x2})\n\tROOT/orders/check.go:7 +0x1\nmain.main()\n\tROOT/refunds/zz_stepwright/main.go:9\n",
			"orders/check.go:7",
		},
		"who started a goroutine": {
			"panic: x\n\ngoroutine 7 [running]:\nother.f()\n\t/elsewhere/other.go:3 +0x1\ncreated by example.com/shop/refunds.refund in goroutine 1\n\tROOT/refunds/refunds.go:20 +0x2\n",
			"refunds/refunds.go:20",
		},
		"nobody's":    {own, ""},
		"no trace":    {"", ""},
		"a sibling's": {"x.f()\n\tROOT-other/x.go:1 +0x1\n", ""},
	} {
		if got := filepath.ToSlash(p.culprit(strings.ReplaceAll(c.trace, "ROOT", root))); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	x := &trace{out: &out}
	for _, part := range []string{"a li", "ne\npanic: at the dis", "co\n\ngoroutine 1 [running]:\nmain.main()\n", "exit status 2"} {
		if n, err := x.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if d := cmp.Diff("a line\n", out.String()); d != "" {
		t.Errorf("what was passed on (-want +got):\n%s", d)
	}
	if d := cmp.Diff("panic: at the disco\n\ngoroutine 1 [running]:\nmain.main()\nexit status 2", x.text()); d != "" {
		t.Errorf("what was kept (-want +got):\n%s", d)
	}
	if got := headline(x.text()); got != "panic: at the disco" {
		t.Errorf("the headline is %q", got)
	}
}

func TestCompilerSays(t *testing.T) {
	t.Parallel()
	p, root := here(t)
	err := p.set.compilerSays(`# example.com/shop/orders
orders/orders.go:5:13: cannot use "a" (untyped string constant) as int value in variable declaration
	have (string)
	want (int)
` + root + `/refunds/x.go:7:2: undefined: y
refunds/x.go:9:1: too many errors
package example.com/shop
	imports example.com/shop/orders: import cycle not allowed
`)
	want := `orders/orders.go:5:13: cannot use "a" (untyped string constant) as int value in variable declaration
	have (string)
	want (int)
refunds/x.go:7:2: undefined: y
package example.com/shop
	imports example.com/shop/orders: import cycle not allowed`
	if d := cmp.Diff(want, filepath.ToSlash(err.Error())); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestLayout shows the files that the compiler sees.
func TestLayout(t *testing.T) {
	t.Parallel()
	p, root := here(t)
	p.Vars = []Var{{Name: "Refund"}, {Name: "quick"}}
	l, err := p.layout(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if l.target != "example.com/shop/refunds/zz_stepwright" {
		t.Errorf("the target is %s", l.target)
	}
	opened := string(l.files[filepath.Join(root, "refunds", "zz_stepwright.go")])
	if !strings.HasPrefix(opened, "// Code generated ") || !strings.Contains(opened, `{Name: "quick", Workflow: quick}`) {
		t.Errorf("the package is opened by\n%s", opened)
	}
	if main := string(l.files[filepath.Join(root, "refunds", "zz_stepwright", "main.go")]); !strings.Contains(main, "p.Zz_stepwright_workflows()...") {
		t.Errorf("the main package is\n%s", main)
	}
	for name := range l.files {
		if strings.HasSuffix(name, "_test.go") {
			t.Errorf("%s is a test", name)
		}
	}

	p.Vars = p.Vars[:1] // exported variables need no file in the package
	if l, err = p.layout(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := l.files[filepath.Join(root, "refunds", "zz_stepwright.go")]; ok {
		t.Error("the package got a file although all is exported")
	}
	p.loaded.Name = "main" // a main package is taken over
	if l, err = p.layout(t.Context()); err != nil || l.target != "example.com/shop/refunds" || len(l.files[filepath.Join(root, "refunds", "zz_stepwright.go")]) == 0 {
		t.Errorf("a main package: %v, %+v", err, l)
	}
}
