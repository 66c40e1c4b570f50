package flow

import (
	"path"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/diag"
)

// A place in the author's source is kept as program counters and looked up only when somebody wants to read it. Few
// suffice: the author is at most three calls away from what records a state.
type position struct {
	pcs [5]uintptr
	n   int
}

// here remembers the calls that led to its caller.
func here() (p position) {
	p.n = runtime.Callers(3, p.pcs[:])
	return p
}

// above is here of its caller's caller.
func above() (p position) {
	p.n = runtime.Callers(4, p.pcs[:])
	return p
}

// find gives the innermost call in the author's own source: not in the builder, its integration packages or the
// standard library. It is the zero position when the author is not among the callers.
func (p *position) find() diag.Position {
	return new(finder).find(p.pcs[:p.n])
}

// author is the call in the author's own source that is being made.
func author() diag.Position {
	var pcs [64]uintptr
	return new(finder).find(pcs[:runtime.Callers(3, pcs[:])])
}

// A finder looks up positions. It remembers what the many calls of one workflow have in common: the builder's own
// functions, and the author's file.
type finder struct {
	passed     map[uintptr]bool // calls that are not the author's
	file, name string           // the file found last, and its name
}

func (d *finder) find(pcs []uintptr) diag.Position {
	for i, pc := range pcs {
		if d.passed[pc] {
			continue
		}
		f, _ := runtime.CallersFrames(pcs[i : i+1]).Next()
		if builders(f.File) && !strings.HasSuffix(f.File, "_test.go") {
			if strings.HasSuffix(f.Function, "(*machine).record") {
				return diag.Position{} // who called Build is not the author
			}
		} else if name, ok := d.relative(f); ok {
			return diag.Position{File: name, Line: f.Line}
		}
		if d.passed == nil {
			d.passed = map[uintptr]bool{}
		}
		d.passed[pc] = true
	}
	return diag.Position{}
}

func (d *finder) relative(f runtime.Frame) (name string, ok bool) {
	if f.File == d.file {
		return d.name, true
	}
	if name, ok = relative(packageOf(f.Function), f.File); ok {
		d.file, d.name = f.File, name
	}
	return name, ok
}

// flowDir is where the builder's own files are. Functions do not tell: what is inlined is named after its caller.
var flowDir = sync.OnceValue(func() string {
	_, file, _, _ := runtime.Caller(0)
	return file[:strings.LastIndexByte(file, '/')+1]
})

// builders tells whether a file belongs to the builder, or to the packages whose iterators call it back.
func builders(file string) bool {
	root, _ := strings.CutSuffix(flowDir(), "flow/")
	at, ok := strings.CutPrefix(file, root)
	return ok && (strings.HasPrefix(at, "flow/") || strings.HasPrefix(at, "value/") || strings.HasPrefix(at, "asl/"))
}

// packageOf takes the import path out of a function's full name, such as "example.com/a/b.(*T).Method".
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	if strings.Contains(function[:slash], "[") { // type arguments have paths of their own
		function, _, _ = strings.Cut(function, "[")
		slash = strings.LastIndexByte(function, '/') + 1
	}
	dot := strings.IndexByte(function[slash:], '.')
	if dot < 0 {
		return ""
	}
	return strings.ReplaceAll(function[:slash+dot], "%2e", ".")
}

// modules are the import paths of the modules that this program was built from, and its main package.
var modules = sync.OnceValues(func() (paths []string, mainPackage string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, ""
	}
	paths = append(paths, info.Main.Path)
	for _, d := range info.Deps {
		paths = append(paths, d.Path)
	}
	return paths, info.Path
})

// relative names a file from its module's root, so that the same source gives the same document on every machine. It
// is not ok when the file belongs to no module that this program was built from, as the standard library's do not.
func relative(pkg, file string) (name string, ok bool) {
	paths, mainPackage := modules()
	name = path.Base(strings.ReplaceAll(file, `\`, "/"))
	if pkg == "main" {
		pkg = mainPackage
	}
	pkg = strings.TrimSuffix(pkg, "_test")
	root := ""
	for _, p := range paths {
		if p != "" && len(p) > len(root) && (pkg == p || strings.HasPrefix(pkg, p+"/")) {
			root = p
		}
	}
	if root == "" {
		return name, len(paths) == 0
	}
	return path.Join(strings.TrimPrefix(strings.TrimPrefix(pkg, root), "/"), name), true
}
