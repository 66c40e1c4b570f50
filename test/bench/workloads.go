package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// A workload is a definition with an input, executed a number of times.
type workload struct {
	name       string
	definition string // below workloads, without .asl.json
	input      string // below workloads, without .input.json; or JSON text
	runs       int    // in one measurement, of ours
	peerRuns   int    // in one measurement, of the peer; 0 when it has no such language
	twin       string // the workload in JSONPath that this one in JSONata is compared with
	linear     string // the workload with a tenth of the items
	goal       float64
}

var workloads = []workload{
	{name: "loop JSONPath 1,000", definition: "a-loop-jsonpath", input: "a-loop-1000", runs: 50},
	{name: "loop JSONPath 10,000", definition: "a-loop-jsonpath", input: "a-loop-10000", runs: 15, peerRuns: 3, linear: "loop JSONPath 1,000", goal: 24},
	{name: "loop JSONPath 100,000", definition: "a-loop-jsonpath", input: `{"i":0,"limit":100000}`, runs: 3, linear: "loop JSONPath 10,000"},
	{name: "loop literal 10,000", definition: "a-loop-literal-10000-jsonpath", input: "a-loop-10000", runs: 15, peerRuns: 3, goal: 24},
	{name: "loop JSONata 10,000", definition: "a-loop-jsonata", input: "a-loop-10000", runs: 15, twin: "loop JSONPath 10,000"},
	{name: "loop JSONata 100,000", definition: "a-loop-jsonata", input: `{"i":0,"limit":100000}`, runs: 3, linear: "loop JSONata 10,000"},
	{name: "loop variables 10,000", definition: "a-loop-variables-jsonata", input: "a-loop-10000", runs: 15, twin: "loop JSONPath 10,000"},
	{name: "map JSONPath 1,000", definition: "b-map-jsonpath", input: "b-map-1000", runs: 50},
	{name: "map JSONPath 10,000", definition: "b-map-jsonpath", input: "b-map-10000", runs: 15, peerRuns: 3, linear: "map JSONPath 1,000", goal: 30},
	{name: "map basic 1,000", definition: "b0-map-basic-jsonpath", input: "b-map-1000", runs: 50, peerRuns: 30, goal: 30},
	{name: "map JSONata 1,000", definition: "b-map-jsonata", input: "b-map-1000", runs: 50},
	{name: "map JSONata 10,000", definition: "b-map-jsonata", input: "b-map-10000", runs: 15, linear: "map JSONata 1,000", twin: "map JSONPath 10,000"},
	{name: "mixed JSONPath x 1,000", definition: "c-mixed-jsonpath", input: "c-mixed", runs: 1000, peerRuns: 1000, goal: 30},
	{name: "mixed without hash x 1,000", definition: "c-mixed-nohash-jsonpath", input: "c-mixed", runs: 1000, peerRuns: 1000, goal: 30},
	{name: "mixed basic x 1,000", definition: "c0-basic-jsonpath", input: "c-mixed", runs: 1000, peerRuns: 1000, goal: 30},
	{name: "mixed JSONata x 1,000", definition: "d-mixed-jsonata", input: "c-mixed", runs: 1000, twin: "mixed JSONPath x 1,000"},
	{name: "chain of 100 states", definition: "g-chain100-jsonpath", input: `{}`, runs: 1000, peerRuns: 50},
}

// paths are the files of a workload; one that has its input in itself is not for the peer.
func (w *workload) paths(folder string) (definition, input string) {
	dir := filepath.Join(folder, "workloads")
	return filepath.Join(dir, w.definition+".asl.json"), filepath.Join(dir, w.input+".input.json")
}

// load plans a workload and reads its input. What the engine does not run is an error.
func (w *workload) load(folder string) (*engine.Plan, value.Value, error) {
	definition, file := w.paths(folder)
	text, err := os.ReadFile(definition)
	if err != nil {
		return nil, value.Value{}, err
	}
	data := []byte(w.input)
	if w.input[0] != '{' {
		if data, err = os.ReadFile(file); err != nil {
			return nil, value.Value{}, err
		}
	}
	input, err := value.Parse(data)
	if err != nil {
		return nil, input, fmt.Errorf("%s: %w", file, err)
	}
	m, diags := asl.Parse(text)
	if diags.HasErrors() {
		return nil, input, diags.Err()
	}
	plan, diags := engine.NewPlan(m, engine.Options{MaxEvents: engine.Unlimited})
	if plan == nil {
		return nil, input, diags.Err()
	}
	return plan, input, nil
}
