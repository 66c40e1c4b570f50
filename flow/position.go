package flow

import (
	"path"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/diag"
)

// A place in the author's source is kept as program counters and looked up only when somebody wants to read it.
type position struct {
	pcs [16]uintptr
	n   int
}

// here remembers the calls that led to its caller.
func here() (p position) {
	p.n = runtime.Callers(3, p.pcs[:])
	return p
}

// find gives the innermost call that is not in the builder or one of its integration packages.
func (p *position) find() diag.Position {
	if p.n == 0 {
		return diag.Position{}
	}
	frames := runtime.CallersFrames(p.pcs[:p.n])
	for {
		f, more := frames.Next()
		if pkg := packageOf(f.Function); pkg != "" && !ours(pkg) {
			return diag.Position{File: relative(pkg, f.File), Line: f.Line}
		}
		if !more {
			return diag.Position{}
		}
	}
}

const flowPath = "github.com/stepwright/stepwright/flow"

// ours tells whether pkg is the builder itself. The packages of its own tests are authors like any other.
func ours(pkg string) bool {
	if pkg == "runtime" || pkg == "reflect" || pkg == flowPath {
		return true
	}
	return strings.HasPrefix(pkg, flowPath+"/") && !strings.HasSuffix(pkg, "_test")
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

// relative names a file from its module's root, so that the same source gives the same document on every machine.
func relative(pkg, file string) string {
	paths, mainPackage := modules()
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
	name := path.Base(strings.ReplaceAll(file, `\`, "/"))
	if root == "" {
		return name
	}
	return path.Join(strings.TrimPrefix(strings.TrimPrefix(pkg, root), "/"), name)
}
