package shape

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// A Binary is the Go program that serves a pipeline's handlers.
type Binary struct {
	ImportPath string
	Dir        string // where its source is; build there
}

// FindBinary finds the main package. main is an import path of the module around dir, or
// a path from that module's root that begins with "./".
func FindBinary(dir, main string) (Binary, error) {
	if main == "" {
		return Binary{}, fmt.Errorf("handlers have no Main; name the package of the program that serves them, such as \"./lambdas/photos/main\"")
	}
	root, module, err := findModule(dir)
	if err != nil {
		return Binary{}, err
	}
	rel, ok := strings.CutPrefix(main, module+"/")
	if !ok {
		rel, ok = strings.CutPrefix(main, "./")
	}
	if !ok {
		return Binary{}, fmt.Errorf("main package %q is not in module %s; write a path from its root such as \"./lambdas/photos/main\"", main, module)
	}
	b := Binary{ImportPath: path.Join(module, rel), Dir: filepath.Join(root, filepath.FromSlash(rel))}
	files, err := filepath.Glob(filepath.Join(b.Dir, "*.go"))
	if err != nil || len(files) == 0 {
		return Binary{}, fmt.Errorf("main package %s has no Go files", b.ImportPath)
	}
	return b, nil
}

// findModule returns the root and the path of the module around dir.
func findModule(dir string) (root, module string, err error) {
	for root = dir; ; root = filepath.Dir(root) {
		src, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			module = modulePath(string(src))
			if module == "" {
				return "", "", fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
			}
			return root, module, nil
		}
		if filepath.Dir(root) == root {
			return "", "", fmt.Errorf("no go.mod in %s or above it; run this inside a Go module", dir)
		}
	}
}

func modulePath(src string) string {
	for line := range strings.Lines(src) {
		line, _, _ = strings.Cut(line, "//")
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "module" {
			return strings.Trim(fields[1], `"`)
		}
	}
	return ""
}

// FindNode returns the Node that npm installed in node_modules of dir or a folder above
// it, as a path from dir on if it can; empty if there is none.
func FindNode(dir string) string {
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	rel := ""
	for ; ; dir, rel = filepath.Dir(dir), filepath.Join(rel, "..") {
		node := filepath.Join("node_modules", "node-"+runtime.GOOS+"-"+arch, "bin", "node")
		if info, err := os.Stat(filepath.Join(dir, node)); err == nil && !info.IsDir() {
			return "." + string(filepath.Separator) + filepath.Join(rel, node)
		}
		if filepath.Dir(dir) == dir {
			return ""
		}
	}
}

// BuildArgs are the arguments of go that build the binary into the file out. Equal
// sources give equal bytes, wherever they are.
func (b Binary) BuildArgs(out string) []string {
	return []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w -buildid=", "-o", out, b.ImportPath}
}

// BuildEnv is environ with what makes go build for Lambda's arm64 processors.
func BuildEnv(environ []string) []string {
	own := []string{"GOOS=linux", "GOARCH=arm64", "GOARM64=v8.0", "CGO_ENABLED=0", "GOFLAGS="}
	kept := make([]string, 0, len(environ)+len(own))
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		switch name {
		case "GOOS", "GOARCH", "GOARM64", "CGO_ENABLED", "GOFLAGS":
		default:
			kept = append(kept, e)
		}
	}
	return append(kept, own...)
}
