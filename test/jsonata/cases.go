package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/stepwright/stepwright/value"
)

// A testCase is one line of a group.
type testCase struct {
	ID    string
	Group string
	Suite string
	Expr  string
	Input value.Value
	Vars  map[string]value.Value
	Time  time.Duration
	Depth int
	Want  expectation
}

// counts tells whether the case is one of JSONata 2.0.6.
func (c testCase) counts() bool { return c.Suite == "" || c.Suite == version }

const version = "2.0.6"

// An expectation is what must come of a case: nothing, a value, or an error.
type expectation struct {
	nothing   bool
	value     value.Value
	unordered bool
	failure   *failure
}

// A failure has what an error must contain; an empty field may be anything.
type failure struct {
	Code     string `json:"code"`
	Token    string `json:"token"`
	Message  string `json:"message"`
	Function string `json:"functionName"`
}

// line is a case as it is written.
type line struct {
	ID        string                     `json:"id"`
	Group     string                     `json:"group"`
	Suite     string                     `json:"suite"`
	Expr      json.RawMessage            `json:"expr"`
	Dataset   *string                    `json:"dataset"`
	Data      json.RawMessage            `json:"data"`
	Bindings  map[string]json.RawMessage `json:"bindings"`
	Nothing   bool                       `json:"undefinedResult"`
	Result    json.RawMessage            `json:"result"`
	Error     json.RawMessage            `json:"error"`
	Code      string                     `json:"code"`
	Token     string                     `json:"token"`
	TimeLimit int                        `json:"timelimit"`
	Depth     int                        `json:"depth"`
	Unordered bool                       `json:"unordered"`
}

// read gives all cases of a folder, in the order of the names of its groups.
func read(dir string) ([]testCase, error) {
	files, err := filepath.Glob(filepath.Join(dir, "groups", "*.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read %s: there is no groups/*.jsonl: name a folder in the format of the suite", dir)
	}
	r := reader{dir: dir, datasets: map[string]value.Value{}}
	var all []testCase
	for _, file := range files {
		cases, err := r.group(file)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	return all, nil
}

type reader struct {
	dir      string
	datasets map[string]value.Value
}

func (r *reader) group(file string) ([]testCase, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read group: %w", err)
	}
	defer f.Close()
	name := strings.TrimSuffix(filepath.Base(file), ".jsonl")
	var all []testCase
	lines := bufio.NewReader(f)
	for number := 1; ; number++ {
		text, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read group: %w", err)
		}
		last := err != nil
		if len(bytes.TrimSpace(text)) > 0 {
			c, err := r.parse(text)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, number, err)
			}
			if c.Group == "" {
				c.Group = name
			}
			if c.ID == "" {
				c.ID = fmt.Sprintf("%s/%d", name, number)
			}
			all = append(all, c)
		}
		if last {
			return all, nil
		}
	}
}

func (r *reader) parse(text []byte) (testCase, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return testCase{}, fmt.Errorf("case: %w", err)
	}
	c := testCase{
		ID: l.ID, Group: l.Group, Suite: l.Suite, Vars: map[string]value.Value{},
		Time: time.Duration(l.TimeLimit) * time.Millisecond, Depth: l.Depth,
	}
	if err := json.Unmarshal(spelled(l.Expr), &c.Expr); err != nil {
		return c, fmt.Errorf("expr: %w", err)
	}
	for name, raw := range l.Bindings {
		v, err := value.Parse(raw)
		if err != nil {
			return c, fmt.Errorf("binding %s: %w", name, err)
		}
		c.Vars[name] = v
	}
	var err error
	switch {
	case l.Data != nil:
		c.Input, err = value.Parse(l.Data)
	case l.Dataset != nil:
		c.Input, err = r.dataset(*l.Dataset)
	}
	if err != nil {
		return c, fmt.Errorf("data: %w", err)
	}
	c.Want, err = l.want()
	return c, err
}

// want tries the ways to expect something in the order of the reference's own runner.
func (l line) want() (expectation, error) {
	switch {
	case l.Nothing:
		return expectation{nothing: true}, nil
	case l.Result != nil:
		v, err := value.Parse(l.Result)
		if err != nil {
			return expectation{}, fmt.Errorf("result: %w", err)
		}
		return expectation{value: v, unordered: l.Unordered}, nil
	case l.Error != nil:
		f := &failure{}
		if err := json.Unmarshal(l.Error, f); err != nil {
			return expectation{}, fmt.Errorf("error: %w", err)
		}
		return expectation{failure: f}, nil
	case l.Code != "":
		return expectation{failure: &failure{Code: l.Code, Token: l.Token}}, nil
	}
	return expectation{}, errors.New("case expects nothing at all: it needs undefinedResult, result, error or code")
}

func (r *reader) dataset(name string) (value.Value, error) {
	if v, ok := r.datasets[name]; ok {
		return v, nil
	}
	text, err := os.ReadFile(filepath.Join(r.dir, "datasets", name+".json"))
	if err != nil {
		return value.Value{}, fmt.Errorf("read dataset: %w", err)
	}
	v, err := value.Parse(text)
	if err != nil {
		return value.Value{}, fmt.Errorf("dataset %s: %w", name, err)
	}
	r.datasets[name] = v
	return v, nil
}

var surrogates = regexp.MustCompile(`(?i)\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\ud[89a-f][0-9a-f]{2}`)

// spelled is a JSON string whose lone surrogates, which no Go string can hold, are spelled out as the escapes that
// JSONata has for them.
func spelled(text []byte) []byte {
	return surrogates.ReplaceAllFunc(text, func(found []byte) []byte {
		if len(found) != len(`\ud800`) {
			return found
		}
		return append([]byte(`\`), found...)
	})
}
