// Package examples_test keeps what is beside the examples right: pictures, answers of tasks, and the page about them.
package examples_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowvet"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/stubs"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/approval"
	"github.com/stepwright/stepwright/workflows/examples/backfill"
	"github.com/stepwright/stepwright/workflows/examples/breaker"
	"github.com/stepwright/stepwright/workflows/examples/campaign"
	"github.com/stepwright/stepwright/workflows/examples/children"
	"github.com/stepwright/stepwright/workflows/examples/crawl"
	"github.com/stepwright/stepwright/workflows/examples/csvimport"
	"github.com/stepwright/stepwright/workflows/examples/orders"
	"github.com/stepwright/stepwright/workflows/examples/polling"
	"github.com/stepwright/stepwright/workflows/examples/prompts"
	"github.com/stepwright/stepwright/workflows/examples/report"
)

// examples are the folders and the workflows in them; the first is the one that is drawn and run.
var examples = map[string][]flow.Workflow{
	"approval":  {approval.ApproveExpense},
	"backfill":  {backfill.Backfill},
	"breaker":   {breaker.HandOut},
	"campaign":  {campaign.SendCampaign},
	"children":  {children.ChooseBest, children.ScorePhoto, children.Archive, children.HangExhibition},
	"crawl":     {crawl.CountExecutions},
	"csvimport": {csvimport.ImportCaptions},
	"orders":    {orders.PlaceOrder},
	"polling":   {polling.Transcribe},
	"prompts":   {prompts.WriteText},
	"report":    {report.SalesReport},
}

// own are folders whose own tests do what these do.
var own = []string{"video"}

func TestAllFoldersAreListed(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := examples[e.Name()]; e.IsDir() && !ok && !slices.Contains(own, e.Name()) {
			t.Errorf("the folder %s is not listed here", e.Name())
		}
	}
}

// TestDocuments builds all workflows: nothing is said of them, and what is printed is parsed to the same.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for folder, all := range examples {
		for _, w := range all {
			m, problems := w.Build()
			for _, p := range append(problems, check.Document(m)...) {
				t.Errorf("%s: %s", folder, p.Text())
			}
			text := asl.Print(m)
			again, problems := asl.Parse(text)
			if len(problems) > 0 || string(asl.Print(again)) != string(text) {
				t.Errorf("%s: %s is printed and parsed to something else: %v", folder, w.Title(), problems)
			}
		}
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	for folder, all := range examples {
		m, _ := all[0].Build()
		golden.Equal(t, filepath.Join(folder, "picture.svg"), draw.SVG(m))
	}
}

// TestAnswers reads the answers of tasks and the input that lie beside each example.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for folder, all := range examples {
		var machines []*asl.Machine
		handlers := map[string]bool{}
		for _, w := range all {
			m, _ := w.Build()
			machines = append(machines, m)
			for _, h := range w.Handlers() {
				handlers[h.Name] = true
			}
		}
		name := filepath.Join(folder, "testdata", "stubs.json")
		src, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		file, err := stubs.Parse(name, src)
		if err == nil {
			err = file.Check(func(string) bool { return len(handlers) > 0 }, machines...)
		}
		if err != nil {
			t.Error(err)
		}
		input, err := os.ReadFile(filepath.Join(folder, "testdata", "input.json"))
		if err != nil {
			t.Error(err)
			continue
		}
		in := reflect.New(all[0].InputType())
		v, err := value.Parse(input)
		if err == nil {
			err = v.Decode(in.Interface())
		}
		if err != nil {
			t.Errorf("%s: the input does not fit: %v", folder, err)
		}
	}
}

// TestAnalyser looks at the source of all examples, this package's neighbours included.
func TestAnalyser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the packages are loaded with their types")
	}
	loaded, err := flowvet.Load("", true, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) <= len(examples) {
		t.Fatalf("%d packages were loaded", len(loaded))
	}
	found, err := flowvet.Run(loaded)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Errorf("%s", d.Text())
	}
}
