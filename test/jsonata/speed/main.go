// Speed compares package jsonata with jsonata.js 2.0.6 on Node, in one run and in turns: each shape of package shapes,
// compiled once, is evaluated over and over for a while by the one and then by the other, for some rounds, of which the
// fastest counts for each.
//
//	go run ./test/jsonata/speed
//
// Exit status: 0 when the eleven shapes are as much faster as they must be, 1 when not, 2 when nothing could be measured.
package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"testing"
	"time"

	"github.com/stepwright/stepwright/test/jsonata/reference"
	"github.com/stepwright/stepwright/test/jsonata/shapes"
	"github.com/stepwright/stepwright/test/jsonata/subject"
	"github.com/stepwright/stepwright/value"
)

const (
	wantMean  = 10 // geometric mean of the eleven ratios
	wantLeast = 5  // each of them
)

func main() {
	testing.Init()
	root := flag.String("root", ".", "the module's root, below which is node_modules")
	rounds := flag.Int("rounds", 3, "how often each shape is measured; the fastest counts")
	each := flag.Duration("time", 300*time.Millisecond, "how long one measurement takes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code, err := run(ctx, os.Stdout, *root, *rounds, *each)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "speed: %v\n", err)
	}
	os.Exit(code)
}

// A figure is what one shape takes.
type figure struct {
	shape         shapes.Shape
	ours, theirs  float64 // nanoseconds per evaluation
	allocs, bytes int64   // of ours, per evaluation
}

func (f figure) ratio() float64 { return f.theirs / f.ours }

func run(ctx context.Context, w io.Writer, root string, rounds int, each time.Duration) (int, error) {
	if err := flag.Set("test.benchtime", each.String()); err != nil {
		return 2, err
	}
	node, err := startNode(ctx, root)
	if err != nil {
		return 2, err
	}
	version, err := node.version(ctx)
	if err != nil {
		return 2, err
	}
	fmt.Fprintf(w, "%-28s %12s %12s %8s %10s %8s\n", "shape", "ns", "jsonata.js", "ratio", "bytes", "allocs")
	var logs float64
	var counted int
	least := math.Inf(1)
	for _, s := range shapes.All() {
		f, err := measure(ctx, node, s, rounds, each)
		if err != nil {
			return 2, fmt.Errorf("%s: %w", s.Name, err)
		}
		fmt.Fprintf(w, "%-28s %12.0f %12.0f %7.1fx %10d %8d\n", s.Name, f.ours, f.theirs, f.ratio(), f.bytes, f.allocs)
		if !s.Workload {
			logs += math.Log(f.ratio())
			counted++
			least = min(least, f.ratio())
		}
	}
	mean := math.Exp(logs / float64(counted))
	fmt.Fprintf(w, "\nthe first %d: geometric mean %.1fx, least %.1fx; Node %s\n", counted, mean, least, version)
	if err := node.close(); err != nil {
		return 2, err
	}
	if mean < wantMean || least < wantLeast {
		fmt.Fprintf(w, "wanted: geometric mean %dx, least %dx\n", wantMean, wantLeast)
		return 1, nil
	}
	return 0, nil
}

func measure(ctx context.Context, node *process, s shapes.Shape, rounds int, each time.Duration) (figure, error) {
	f := figure{shape: s, ours: math.Inf(1), theirs: math.Inf(1)}
	p, err := prepare(s)
	if err != nil {
		return f, err
	}
	own, err := p.Evaluate(ctx)
	if err != nil {
		return f, err
	}
	for range rounds {
		if ctx.Err() != nil {
			return f, ctx.Err()
		}
		r := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v, err := p.Evaluate(ctx)
				if err != nil {
					b.Fatal(err)
				}
				v.Elements() // what is made when somebody looks at it is made here, as jsonata.js has made it
			}
		})
		f.ours = min(f.ours, float64(r.T.Nanoseconds())/float64(r.N))
		f.allocs, f.bytes = r.AllocsPerOp(), r.AllocedBytesPerOp()
		a, err := node.measure(s, each)
		if err != nil {
			return f, err
		}
		f.theirs = min(f.theirs, a.NS)
		if v, err := value.Parse(a.Value); err != nil || !subject.Equal(own, v, false) {
			return f, fmt.Errorf("the results differ: %s, and jsonata.js has %s", own, a.Value)
		}
	}
	return f, nil
}

// prepare compiles a shape.
func prepare(s shapes.Shape) (*subject.Prepared, error) {
	var input value.Value
	if s.Input != "" {
		input = value.MustParse(s.Input)
	}
	vars := map[string]value.Value{}
	for name, text := range s.Vars {
		vars[name] = value.MustParse(text)
	}
	return subject.Prepare(s.Expr, s.Service(), input, vars)
}

//go:embed measure.cjs
var script string

// A process is a Node that measures.
type process struct {
	path string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
}

func startNode(ctx context.Context, root string) (*process, error) {
	library, err := reference.Library(root)
	if err != nil {
		return nil, err
	}
	node, err := reference.Node(root)
	if err != nil {
		return nil, err
	}
	p := &process{path: node, cmd: exec.CommandContext(ctx, node, "-e", script, "-", library)}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 1<<20)
	return p, p.cmd.Start()
}

func (p *process) version(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, p.path, "-p", "process.version").Output()
	return string(out[:max(0, len(out)-1)]), err
}

type answer struct {
	NS    float64
	Value json.RawMessage
}

func (p *process) measure(s shapes.Shape, each time.Duration) (a answer, err error) {
	work, err := json.Marshal(map[string]any{"expr": s.Expr, "input": s.Input, "vars": s.Bindings(), "ms": each.Milliseconds()})
	if err != nil {
		return a, err
	}
	if _, err := p.in.Write(append(work, '\n')); err != nil {
		return a, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(line, &a)
}

func (p *process) close() error {
	if err := p.in.Close(); err != nil {
		return err
	}
	return p.cmd.Wait()
}
