package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// peerPackage is what a user would run instead.
const peerPackage = "aws-local-stepfunctions@3.0.0"

// A peer is aws-local-stepfunctions in a scratch folder.
type peer struct {
	dir    string // that has node_modules
	folder string // with its driver
	node   string // its version
}

// install fetches the peer with npm.
func install(ctx context.Context, folder string) (*peer, error) {
	p := &peer{folder: folder}
	version, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("node does not run: %w", err)
	}
	p.node = strings.TrimSpace(string(version))
	if p.dir, err = os.MkdirTemp("", "stepwright-bench-"); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", p.dir, peerPackage)
	cmd.Dir = p.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("npm cannot install %s: %w: %s", peerPackage, err, firstLine(out)), p.remove())
	}
	return p, nil
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	return string(line)
}

func (p *peer) remove() error { return os.RemoveAll(p.dir) }

// A driven is what the driver prints.
type driven struct {
	Median float64 `json:"median_run_ms"`
	Out    string  `json:"out"`
}

// measure executes a workload in a new process. The peer's validator is left out; it is no part of the time anyway.
func (p *peer) measure(ctx context.Context, w *workload) (took time.Duration, output string, err error) {
	definition, input := w.paths(p.folder)
	if w.input[0] == '{' {
		input = filepath.Join(p.dir, "input.json")
		if err := os.WriteFile(input, []byte(w.input), 0o600); err != nil {
			return 0, "", err
		}
	}
	driver := filepath.Join(p.folder, "peers", "aws-local-stepfunctions.mjs")
	cmd := exec.CommandContext(ctx, "node", driver, definition, input, strconv.Itoa(w.peerRuns))
	cmd.Env = append(os.Environ(), "ALS_DIR="+p.dir, "NOVALIDATE=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, "", fmt.Errorf("the peer fails: %w: %s", err, firstLine(stderr.Bytes()))
	}
	var d driven
	if err := json.Unmarshal(out, &d); err != nil {
		return 0, "", fmt.Errorf("read the driver's output: %w", err)
	}
	return time.Duration(d.Median * float64(time.Millisecond)), d.Out, nil
}

// agrees tells whether the peer's output is ours, member order aside. Its driver cuts long outputs and says how long
// they are, so that of these only the length counts.
func agrees(ours, theirs string) bool {
	if _, length, cut := strings.Cut(theirs, "... "); cut {
		return length == strconv.Itoa(len(ours))
	}
	var x, y any
	return json.Unmarshal([]byte(ours), &x) == nil && json.Unmarshal([]byte(theirs), &y) == nil && reflect.DeepEqual(x, y)
}
