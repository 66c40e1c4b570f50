// Command dmap measures a Distributed Map over a large CSV file: how many items a second, how much memory, and whether
// ten times as many items take ten times as long. Children keep their whole histories, in temporary files.
//
//	go run ./test/bench/dmap -lines 1000000 -mode express-batched
//	go run ./test/bench/dmap -lines 1000000 -mode standard
//
// The lines are those of shared/bench/workloads/gen-e.py with a text that makes them about 100 bytes long.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/local/mapio"
	"github.com/stepwright/stepwright/local/spill"
	"github.com/stepwright/stepwright/value"
)

func main() {
	lines := flag.Int("lines", 1_000_000, "lines of the file")
	mode := flag.String("mode", "express-batched", "express-batched, 100 lines to a child, or standard, a child for each line")
	asJSON := flag.Bool("json", false, "print the figures as JSON")
	profile := flag.String("cpuprofile", "", "write a processor profile to this file")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "dmap:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	if err := report(*lines, *mode, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "dmap:", err)
		os.Exit(1)
	}
}

// A figure is what one run came to.
type figure struct {
	Mode           string  `json:"mode"`
	Lines          int     `json:"lines"`
	Children       int     `json:"children"`
	Seconds        float64 `json:"seconds"`
	ItemsPerSecond float64 `json:"itemsPerSecond"`
	Processors     float64 `json:"processors"` // used, on average
	Spilled        int64   `json:"spilledBytes"`
	PeakMiB        float64 `json:"peakMiB"` // of the process until then; 0 where the system does not tell
}

// report runs a tenth of the lines and then all of them.
func report(lines int, mode string, asJSON bool) error {
	folder, err := os.MkdirTemp("", "stepwright-dmap-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // nothing can be done about it
	var figures []figure
	for _, n := range []int{lines / 10, lines} {
		path := filepath.Join(folder, "rows.csv")
		if err := generate(path, n); err != nil {
			return err
		}
		runtime.GC()
		f, err := run(folder, n, mode)
		if err != nil {
			return err
		}
		figures = append(figures, f)
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(figures)
	}
	fmt.Printf("%-16s %9s %9s %8s %12s %11s %10s %9s\n", "mode", "lines", "children", "seconds", "items/s", "processors", "spilled", "peak")
	for _, f := range figures {
		fmt.Printf("%-16s %9d %9d %8.2f %12.0f %11.2f %6.0f MiB %5.0f MiB\n",
			f.Mode, f.Lines, f.Children, f.Seconds, f.ItemsPerSecond, f.Processors, float64(f.Spilled)/(1<<20), f.PeakMiB)
	}
	fmt.Printf("10x the lines take %.1fx the time\n", figures[1].Seconds/figures[0].Seconds)
	return nil
}

// generate writes a file of so many lines.
func generate(path string, lines int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.WriteString("id,name,amount,note\n") // a failure is told by Flush
	for i := range lines {
		fmt.Fprintf(w, "%d,item-%d,%s,some words that make the line about one hundred bytes long as lines are\n",
			i, i, strconv.FormatFloat(float64(i*7919%10007)/100, 'g', -1, 64))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// definition is that of shared/bench/workloads/e-dmap-csv…, with results that are written when there are many.
func definition(mode string) (string, error) {
	fields := map[string]string{
		"express-batched": `"ItemBatcher": {"MaxItemsPerBatch": 100}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
			"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"n.$": "States.ArrayLength($.Items)"}, "End": true}}}`,
		"standard": `"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "bench-bucket", "Prefix": "out"}},
			"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
			"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": true}}}`,
	}[mode]
	if fields == "" {
		return "", fmt.Errorf("mode is %q; expected express-batched or standard", mode)
	}
	return `{"StartAt": "D", "States": {"D": {"Type": "Map", "Label": "D", "MaxConcurrency": 1000, "End": true,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
			"Parameters": {"Bucket": "bench-bucket", "Key": "rows.csv"}}, ` + fields + `}}}`, nil
}

// run executes the Map once.
func run(folder string, lines int, mode string) (figure, error) {
	text, err := definition(mode)
	if err != nil {
		return figure{}, err
	}
	m, diags := asl.Parse([]byte(text))
	if diags.HasErrors() {
		return figure{}, diags.Err()
	}
	p, diags := engine.NewPlan(m, engine.Options{})
	if p == nil {
		return figure{}, diags.Err()
	}
	w := &world{folder: folder, store: spill.New(folder, 1<<20)}
	defer w.store.Close() //nolint:errcheck // the files are gone
	w.results = mapio.NewResults(w)
	start := time.Now()
	used := processorTime()
	o := engine.Execute(context.Background(), p.Start(engine.Start{
		ExecutionArn: "arn:aws:states:us-east-1:111111111111:execution:Bench:e1", Name: "e1", Region: "us-east-1",
		StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:Bench", StateMachineName: "Bench",
		RoleArn: "arn:aws:iam::111111111111:role/Bench", Time: start, Seed: 1,
	}), clock.NewVirtual(start), w)
	took := time.Since(start).Seconds()
	if o.Status != engine.Succeeded || w.run.Items.Succeeded != lines || w.store.Len() != w.run.Executions.Succeeded {
		return figure{}, fmt.Errorf("the run ended with %s %s: %d items of %d", o.Status, cause(o), w.run.Items.Succeeded, lines)
	}
	return figure{
		Mode: mode, Lines: lines, Children: w.store.Len(), Seconds: took, ItemsPerSecond: float64(lines) / took,
		Processors: (processorTime() - used).Seconds() / took, Spilled: w.store.Size(), PeakMiB: peak(),
	}, nil
}

func cause(o engine.Outcome) string {
	if o.Cause == nil {
		return ""
	}
	return *o.Cause
}

// A world is a folder for a bucket.
type world struct {
	folder  string
	store   *spill.Store
	results *mapio.Results
	run     engine.MapRun
}

// Do writes results.
func (w *world) Do(ctx context.Context, c engine.Call) engine.Result {
	if c.Export == nil {
		return engine.Failed("Bench.NoTask", "the benchmark has no tasks")
	}
	if err := w.results.Write(ctx, c.Arguments.Get("Bucket").Str(), c.Export); err != nil {
		return engine.Failed("", err.Error())
	}
	return engine.Succeed(value.Object())
}

// OpenItems opens the file.
func (w *world) OpenItems(_ context.Context, c engine.Call) (items.Reader, *engine.Failure) {
	f, err := os.Open(filepath.Join(w.folder, c.Arguments.Get("Key").Str()))
	if err != nil {
		return nil, &engine.Failure{Cause: err.Error()}
	}
	r, err := items.New(c.ReaderConfig, f)
	if err != nil {
		return nil, &engine.Failure{Cause: err.Error()}
	}
	return &closing{r, f}, nil
}

// closing is a reader with what it reads from.
type closing struct {
	items.Reader
	io.Closer
}

// Create makes a result file.
func (w *world) Create(_ context.Context, _, key string) (io.WriteCloser, error) {
	path := filepath.Join(w.folder, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	return os.Create(path)
}

func (w *world) ObserveChildren(all []engine.ChildHistory) { w.store.Observe(all) }

func (w *world) ObserveMapRun(m engine.MapRun) { w.run = m }

// peak is the most memory that the process has had.
func peak() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		if after, ok := strings.CutPrefix(string(line), "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(after)[0], 64)
			return kib / 1024
		}
	}
	return 0
}
