// Package reference asks jsonata.js, the reference implementation in the version that package.json names. It runs on
// Node in one process, which answers batches of cases.
package reference

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// A Case is an expression to evaluate. Data is the input as JSON text, empty for none; Vars is an object of variables.
type Case struct {
	Expr string `json:"expr"`
	Data string `json:"data,omitempty"`
	Vars string `json:"vars,omitempty"`
	// Turn has items of arrays and members of objects evaluated in turn. The reference starts all of them at once, so
	// that of several errors it tells that of the one with the fewest promises.
	Turn bool `json:"turn,omitempty"`
}

// An Outcome is what came of a case: exactly one of its fields is set, but Message, Position and Token go with Code.
type Outcome struct {
	Value   json.RawMessage `json:"value,omitempty"`
	None    bool            `json:"none,omitempty"` // nothing: undefined
	Code    string          `json:"code,omitempty"` // an error of JSONata
	Message string          `json:"message,omitempty"`
	// Position is where, in UTF-16 units up to the end of the token; 0 when the reference does not tell.
	Position int    `json:"position,omitempty"`
	Token    string `json:"token,omitempty"`
	Odd      string `json:"odd,omitempty"`   // the result is no JSON: it has a "function", a "number" not finite or a "hole"
	Crash    string `json:"crash,omitempty"` // an error of JavaScript: a mistake of the reference
	Late     bool   `json:"late,omitempty"`  // no answer within the time limit
}

// A Process is a running Node. It must be closed. One goroutine may use it at a time.
type Process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

//go:embed serve.cjs
var script string

// Start runs Node in the module whose root is given; a case takes at most limit.
func Start(ctx context.Context, root string, limit time.Duration) (*Process, error) {
	library, err := Library(root)
	if err != nil {
		return nil, err
	}
	node, err := Node(root)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, node, "-e", script, "-", library, strconv.FormatInt(limit.Milliseconds(), 10))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	return &Process{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 1<<20)}, nil
}

// Library is the path of jsonata.js below the module's root.
func Library(root string) (string, error) {
	dir := filepath.Join(root, "node_modules", "jsonata")
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", errors.New("jsonata.js is not installed: run `npm ci`")
	}
	var p struct{ Version string }
	if err := json.Unmarshal(text, &p); err != nil || p.Version != "2.0.6" {
		return "", fmt.Errorf("jsonata.js is installed in version %q, not 2.0.6: run `npm ci`", p.Version)
	}
	return filepath.Abs(filepath.Join(dir, "jsonata.js"))
}

// Node is the Node that package.json names, or the system's.
func Node(root string) (string, error) {
	if own, err := filepath.Glob(filepath.Join(root, "node_modules", "node-*", "bin", "node")); err == nil && len(own) > 0 {
		return filepath.Abs(own[0])
	}
	path, err := exec.LookPath("node")
	if err != nil {
		return "", errors.New("there is no Node: run `npm ci`, or install it")
	}
	return path, nil
}

// Ask gives the outcomes of cases, in their order.
func (p *Process) Ask(cases []Case) ([]Outcome, error) {
	line, err := json.Marshal(cases)
	if err != nil {
		return nil, fmt.Errorf("ask node: %w", err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return nil, fmt.Errorf("ask node: %w", err)
	}
	line, err = p.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("ask node: %w", err)
	}
	var all []Outcome
	if err := json.Unmarshal(line, &all); err != nil {
		return nil, fmt.Errorf("ask node: %w", err)
	}
	if len(all) != len(cases) {
		return nil, fmt.Errorf("ask node: %d answers to %d cases", len(all), len(cases))
	}
	return all, nil
}

// Close ends the process.
func (p *Process) Close() error {
	if err := p.in.Close(); err != nil {
		return fmt.Errorf("stop node: %w", err)
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("stop node: %w", err)
	}
	return nil
}
