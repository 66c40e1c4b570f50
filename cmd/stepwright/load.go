package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/internal/term"
	"github.com/stepwright/stepwright/program"
)

// goFlags say how Go packages are compiled and started.
type goFlags struct {
	tags  string
	limit time.Duration
}

func (k *goFlags) declare(f *flag.FlagSet) {
	f.StringVar(&k.tags, "tags", "", "compile Go packages with the build tags in `LIST`, separated by commas")
	f.DurationVar(&k.limit, "limit", 30*time.Second, "give up when a package takes longer than `TIME` (30s) to start, or a workflow to be built")
}

// A document is a workflow that was built or a definition that was read.
type document struct {
	machine  *asl.Machine
	text     string // as it was built; empty for a definition
	problems diag.List
	complete bool // problems does not hold what package check finds

	built   *program.Built   // nil for a definition
	program *program.Program // that built it
}

// checked are all problems of the document: those of its form or its building, and what package check finds.
func (d *document) checked() diag.List {
	all := d.problems
	if d.machine == nil || !d.complete {
		return all
	}
	more := check.Document(d.machine)
	if d.built != nil {
		d.built.Locate(more)
	}
	return append(all, more...)
}

// A loaded is what an argument stands for. It keeps the programs that built its documents until it is closed.
type loaded struct {
	documents []*document
	problems  diag.List // of packages as a whole
	vetted    diag.List // what the analyser finds in their source
	programs  []*program.Program
}

func (l *loaded) close() {
	for _, p := range l.programs {
		p.Close()
	}
}

// merged are the problems of the packages, of their source, and those given. What the analyser and the build both find
// is told once, where the analyser saw it: that is the very place.
func (l *loaded) merged(found diag.List) diag.List {
	type mark struct{ code, where string }
	seen := map[mark]bool{}
	for _, d := range l.vetted {
		seen[mark{d.Code, d.Source}], seen[mark{d.Code, d.Message}] = true, true
	}
	all := append(l.problems, l.vetted...)
	for _, d := range found {
		if !seen[mark{d.Code, d.Source}] && !seen[mark{d.Code, d.Message}] {
			all = append(all, d)
		}
	}
	return all
}

// maxDefinition is far above the service's limit of 1 MiB, so that a definition over that limit is still explained.
const maxDefinition = 64 << 20

// load finds what arg names: a file, or workflows of packages. With all, a package without a name gives every one.
func load(ctx context.Context, arg string, s *streams, k goFlags, all bool) (*loaded, error) {
	l := &loaded{}
	var err error
	switch {
	case strings.HasSuffix(arg, ".go"):
		return nil, misuse("%s is a Go file; workflows are named by their package, such as ./workflows/imagetagging:ImageTagging", arg)
	case arg == "-" || strings.HasSuffix(arg, ".json") || isFile(arg):
		var d *document
		d, err = loadFile(arg, s)
		l.documents = append(l.documents, d)
	default:
		err = l.find(ctx, arg, s, k, all)
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// cutName separates package and name; the colon of a Windows drive is none.
func cutName(arg string) (pkg, name string, named bool) {
	from := 0
	if len(arg) > 2 && arg[1] == ':' && (arg[2] == '\\' || arg[2] == '/') {
		from = 2
	}
	pkg, name, named = strings.Cut(arg[from:], ":")
	return arg[:from] + pkg, name, named
}

func (l *loaded) find(ctx context.Context, arg string, s *streams, k goFlags, all bool) error {
	pkg, name, named := cutName(arg)
	switch {
	case pkg == "":
		return misuse("%q names no package; expected one like ./workflows/imagetagging:ImageTagging", arg)
	case named && name == "":
		return misuse("%q ends in a colon; expected the name of a workflow after it", arg)
	}
	screen := term.New(s.err)
	defer screen.Progress("")
	set, err := program.Find(ctx, program.Settings{
		Tags: k.tags, Limit: k.limit, Printed: &below{screen: screen, w: s.err}, Progress: func(what string) { screen.Progress("%s …", what) },
	}, pkg)
	if err != nil {
		return err
	}
	vars := variables(set)
	if !named && !all && len(vars) > 1 {
		return misuse("%s has %d workflows; say which: %s", pkg, len(vars), strings.Join(prefixed(arg+":", names(vars)), ", "))
	}
	vetted := make(chan error, 1)
	go func() { // while the compiler works
		var err error
		l.vetted, err = set.Vet()
		vetted <- err
	}()
	if named {
		err = l.named(ctx, set, pkg, name)
	} else {
		for _, x := range l.launch(ctx, set.Packages) {
			if err = l.every(ctx, x); err != nil {
				break
			}
		}
	}
	return errors.Join(err, <-vetted)
}

// below is what programs print: it goes below the moving line, which ends there.
type below struct {
	mu     sync.Mutex
	screen *term.Terminal
	w      io.Writer
}

func (b *below) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.screen.Progress("")
	return b.w.Write(text)
}

func variables(set *program.Set) []program.Var {
	var vars []program.Var
	for _, p := range set.Packages {
		vars = append(vars, p.Vars...)
	}
	return vars
}

func names(vars []program.Var) []string {
	list := make([]string, len(vars))
	for i, v := range vars {
		list[i] = v.Name
	}
	return list
}

func prefixed(prefix string, list []string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = prefix + x
	}
	return out
}

// A candidate is a workflow that a name may mean.
type candidate struct {
	pkg      *program.Package
	program  *program.Program
	workflow program.Workflow
}

// named builds the one workflow that is called name: by its Go identifier, else by its title or its name in documents.
func (l *loaded) named(ctx context.Context, set *program.Set, pkg, name string) error {
	var exact []candidate
	for _, p := range set.Packages {
		for _, v := range p.Vars {
			if v.Name == name {
				exact = append(exact, candidate{pkg: p, workflow: program.Workflow{Var: v}})
			}
		}
	}
	if len(exact) > 1 {
		return ambiguous(pkg, name, exact)
	}
	packages := set.Packages
	if len(exact) == 1 {
		packages = []*program.Package{exact[0].pkg}
	}
	all, err := l.start(ctx, packages)
	if err != nil {
		return err
	}
	var found []candidate
	var known []string
	for _, c := range all {
		w := c.workflow
		if len(exact) == 1 && w.Var.Name == name || len(exact) == 0 && w.Same == "" && (w.Title == name || w.Name == name) {
			found = append(found, c)
		}
		known = append(known, w.Var.Name)
	}
	switch {
	case len(found) == 1:
		return l.build(ctx, found[0])
	case len(found) > 1:
		return ambiguous(pkg, name, found)
	case len(exact) == 1:
		return misuse("%s is not exported by %s, which belongs to another module", name, exact[0].pkg.Path)
	default:
		for _, c := range all {
			known = append(known, c.workflow.Title)
		}
		hint := "."
		if n, ok := suggest.Name(name, known); ok {
			hint = fmt.Sprintf("; did you mean %q?", n)
		}
		return misuse("package %s has no workflow %q%s It has %s", pkg, name, hint, strings.Join(known[:len(all)], ", "))
	}
}

func ambiguous(pkg, name string, found []candidate) error {
	var b strings.Builder
	for _, c := range found {
		pos := c.workflow.Pos
		pos.Col = 0
		fmt.Fprintf(&b, "\n    %s: %s:%s", pos, c.pkg.Path, c.workflow.Var.Name)
	}
	return misuse("%d workflows of %s are called %q; say which:%s", len(found), pkg, name, b.String())
}

// A launch is a package's program, or why there is none.
type launch struct {
	pkg     *program.Package
	program *program.Program
	err     error
}

// launch compiles and starts packages, several at a time.
func (l *loaded) launch(ctx context.Context, packages []*program.Package) []launch {
	all := make([]launch, len(packages))
	free := make(chan struct{}, runtime.NumCPU())
	var wait sync.WaitGroup
	for i, p := range packages {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			x, err := p.Start(ctx)
			all[i] = launch{p, x, err}
		})
	}
	wait.Wait()
	for _, x := range all {
		if x.err == nil {
			l.programs = append(l.programs, x.program)
		}
	}
	return all
}

func (x launch) candidates() []candidate {
	var all []candidate
	for _, w := range x.program.Workflows {
		all = append(all, candidate{x.pkg, x.program, w})
	}
	return all
}

func (l *loaded) start(ctx context.Context, packages []*program.Package) ([]candidate, error) {
	var all []candidate
	for _, x := range l.launch(ctx, packages) {
		if x.err != nil {
			return nil, x.err
		}
		all = append(all, x.candidates()...)
	}
	return all, nil
}

// every builds all workflows of a package. One that ends the program does not keep the others from being built.
func (l *loaded) every(ctx context.Context, x launch) error {
	p := x.pkg
	var stopped *program.Stopped
	if errors.As(x.err, &stopped) {
		l.problems.Add(stopped.Problem())
		return nil
	}
	if x.err != nil {
		return x.err
	}
	all := x.candidates()
	l.twice(all)
	for _, c := range all {
		if c.workflow.Same != "" {
			continue
		}
		err := l.build(ctx, c)
		if !errors.As(err, &stopped) {
			if err != nil {
				return err
			}
			continue
		}
		l.problems.Add(stopped.Problem())
		again, err := l.start(ctx, []*program.Package{p})
		if err != nil {
			return err
		}
		for i := range all {
			all[i].program = again[i].program
		}
	}
	return nil
}

// twice reports workflows of one package that have one name.
func (l *loaded) twice(all []candidate) {
	first := map[string]program.Workflow{}
	for _, c := range all {
		w := c.workflow
		before, ok := first[w.Name]
		switch {
		case w.Same != "" || w.Name == "":
		case ok:
			l.problems.Add(diag.Diagnostic{
				Code: "workflow-declared-twice", Source: w.Declared,
				Message: fmt.Sprintf("the workflow %s is called %q, which %s is called already, at %s", w.Var.Name, w.Name, before.Var.Name, before.Declared),
				Hint:    "give them titles that differ by more than spaces and punctuation",
			})
		default:
			first[w.Name] = w
		}
	}
}

func (l *loaded) build(ctx context.Context, c candidate) error {
	b, err := c.program.Build(ctx, c.workflow)
	if err != nil {
		return err
	}
	l.documents = append(l.documents, &document{
		machine: b.Machine, text: b.Text, problems: b.Problems, complete: b.Machine != nil && !b.Problems.HasErrors(), built: b, program: c.program,
	})
	return nil
}

func loadFile(name string, s *streams) (*document, error) {
	in := s.in
	shown := "standard input"
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, misuse("read the definition: %v", err)
		}
		defer f.Close()
		in, shown = f, name
	}
	src, err := io.ReadAll(io.LimitReader(in, maxDefinition+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", shown, err)
	}
	if len(src) > maxDefinition {
		return nil, misuse("%s is over %d MiB; a definition has at most 1 MiB", shown, maxDefinition>>20)
	}
	m, problems := asl.Parse(src, asl.File(shown))
	return &document{machine: m, problems: problems, complete: !problems.HasErrors()}, nil
}

func isFile(name string) bool {
	i, err := os.Stat(name)
	return err == nil && i.Mode().IsRegular()
}
