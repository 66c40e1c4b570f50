// Package program finds the workflows of Go packages and makes programs of them, in any module that requires
// Stepwright.
//
// Find loads packages with the Go command and gives their workflows: the package-level variables that hold one,
// exported or not, in package main as well. Package.Start compiles a small program around a package's workflows and
// starts it; the Program builds workflows and calls their handlers on request. Documents are built by the module's own
// version of Stepwright, and everything else happens here, so that the module needs no more than package flow does.
//
// Nothing is written into the user's tree: generated files exist for the compiler only, through the Go command's
// -overlay. The program is kept in the user's cache folder, where the Go command finds it up to date as long as no
// source has changed.
package program

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/diag"
)

const (
	module  = "github.com/stepwright/stepwright"
	flowPkg = module + "/flow"
)

// Settings say where and how to look.
type Settings struct {
	Dir  string // where patterns start from; empty is the current folder
	Tags string // build tags, separated by commas

	// Limit is how long a package may take to start, and a workflow to be built; zero is 30 seconds. Compiling and
	// running workflows are not limited.
	Limit time.Duration

	// Cache is where programs are kept; empty is "stepwright" in the user's cache folder, or a temporary folder if
	// there is none.
	Cache string

	// Printed takes what programs print themselves; nil is nowhere.
	Printed io.Writer

	// Progress is told what is going on; it may be nil.
	Progress func(what string)
}

const defaultLimit = 30 * time.Second

// A Misuse is an error in what was asked for: there is no such package, no such workflow, no Go.
type Misuse struct{ Text string }

func (e *Misuse) Error() string { return e.Text }

func misuse(format string, args ...any) error { return &Misuse{fmt.Sprintf(format, args...)} }

// A Set are packages that were found.
type Set struct {
	Packages []*Package // those that have workflows, by import path

	// Loaded are all packages that were looked at, with syntax and types.
	Loaded []*packages.Package

	settings Settings
}

// A Package is one with workflows.
type Package struct {
	Path string // its import path
	Dir  string // absolute
	Vars []Var  // its workflows, in the order of their names

	set    *Set
	loaded *packages.Package
}

// A Var is a package-level variable that holds a workflow.
type Var struct {
	Name string
	Pos  diag.Position // where the variable is declared, as the user sees it from Settings.Dir
}

// Find gives the workflows of the packages that patterns name: import paths or folders, such as "./workflows/..." Of a
// pattern with "..." only packages that import flow are looked at. A package that does not compile is a
// CompileError; a pattern that names no package, or none with workflows, is a Misuse.
func Find(ctx context.Context, s Settings, patterns ...string) (*Set, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return nil, misuse("the go command is needed to compile workflows, and it is not on the PATH: install Go from https://go.dev/dl, or name a file with a definition instead")
	}
	var err error
	if s.Dir, err = filepath.Abs(s.Dir); err != nil {
		return nil, fmt.Errorf("find workflows: %w", err)
	}
	if s.Limit == 0 {
		s.Limit = defaultLimit
	}
	if s.Printed == nil {
		s.Printed = io.Discard
	}
	set := &Set{settings: s}
	set.progress("looking for workflows in " + strings.Join(patterns, " "))
	if patterns, err = set.narrow(ctx, patterns); err != nil {
		return nil, err
	}
	if err := set.load(ctx, patterns); err != nil {
		return nil, err
	}
	return set, nil
}

func (s *Set) progress(what string) {
	if s.settings.Progress != nil {
		s.settings.Progress(what)
	}
}

func (s *Set) config(ctx context.Context, mode packages.LoadMode) *packages.Config {
	c := &packages.Config{Context: ctx, Dir: s.settings.Dir, Mode: mode, Env: environment()}
	if s.settings.Tags != "" {
		c.BuildFlags = []string{"-tags=" + s.settings.Tags}
	}
	return c
}

// environment is that of the go commands: programs have to run on this machine, whatever the user deploys to.
func environment() []string {
	return append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
}

// relative is a file's name as the user sees it from where the command was started.
func (s *Set) relative(file string) string {
	rel, err := filepath.Rel(s.settings.Dir, file)
	if err != nil || strings.HasPrefix(rel, filepath.Join("..", "..", "..")) || len(rel) > len(file) {
		return file
	}
	return rel
}

// isFile tells whether name is a file.
func isFile(name string) bool {
	i, err := os.Stat(name)
	return err == nil && i.Mode().IsRegular()
}
