// Package validators has the documents of all golden files looked at by validators that others wrote: asl-validator and
// amazon-states-language-service, which package.json names. They run in one Node process.
package validators

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type document struct {
	Name     string `json:"name"`
	Document string `json:"document"`
}

type finding struct {
	Name    string `json:"name"`
	By      string `json:"by"`
	Message string `json:"message"`
}

// mistaken are findings that are the validators' own faults; validate.mjs has two more, which it goes around.
var mistaken = []struct {
	by, message, why string
}{
	{"asl-validator", "target: {% ", "it takes members of outputs and variables called Next for transitions"},
	{"asl-validator", "/ToleratedFailurePercentage is invalid", "it is any number from 0 to 100"},
	{"amazon-states-language-service", "Expected one of integer, JSONata expression", "ToleratedFailurePercentage is any number from 0 to 100"},
	{"amazon-states-language-service", `Valid values: "CSV", "JSON", "JSONL", "MANIFEST"`, "it is older than PARQUET, and than Athena's manifests"},
}

const root = "../.."

// documents are the golden files of the builder, its integration packages, and the workflows.
func documents(t *testing.T) []document {
	t.Helper()
	var out []document
	for _, dir := range []string{"flow", "workflows"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".json" || !strings.Contains(path, "testdata") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if !bytes.Contains(text, []byte(`"StartAt"`)) {
				return nil
			}
			name, err := filepath.Rel(root, path)
			out = append(out, document{filepath.ToSlash(name), filled(string(text))})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

var (
	activity    = regexp.MustCompile(`"Resource": "\$\{([A-Za-z0-9]+)\}"`)
	placeholder = regexp.MustCompile(`\$\{([A-Za-z0-9]+)\}`)
)

// filled is a document as it is deployed: with ARNs where it has placeholders.
func filled(text string) string {
	text = activity.ReplaceAllString(text, `"Resource": "arn:aws:states:us-east-1:123456789012:activity:$1"`)
	return placeholder.ReplaceAllString(text, "arn:aws:lambda:us-east-1:123456789012:function:$1")
}

// node is the Node that package.json names, or the system's.
func node(t *testing.T) string {
	t.Helper()
	if own, err := filepath.Glob(filepath.Join(root, "node_modules", "node-*", "bin", "node")); err == nil && len(own) > 0 {
		if path, err := filepath.Abs(own[0]); err == nil {
			return path
		}
	}
	path, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("there is no Node: install it, or leave this test to `make test`")
	}
	return path
}

// ask gives what the validators find in documents.
func ask(t *testing.T, all []document) (found []finding) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, "node_modules", "asl-validator")); err != nil {
		t.Fatal("the validators are not installed: run `npm ci`, or leave this test to `make test`")
	}
	in, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node(t), "validate.mjs")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// broken are two documents with mistakes: the second one of an expression.
var broken = []document{
	{"broken", `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}, "B": {"Type": "Wait", "Seconds": "x", "End": true}}}`},
	{"wrong", `{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% 1 + %}", "End": true}}}`},
}

func TestValidatorsFindNothing(t *testing.T) {
	t.Parallel()
	all := documents(t)
	if len(all) < 150 {
		t.Errorf("there are %d documents, want at least 150", len(all))
	}
	found := ask(t, append(all, broken...))
	by := map[string]int{}
	found = slices.DeleteFunc(found, func(f finding) bool {
		bad := f.Name == "broken" || f.Name == "wrong"
		if bad {
			by[f.By+" in "+f.Name]++
		}
		return bad
	})
	for _, who := range []string{"asl-validator in broken", "amazon-states-language-service in broken", "asl-validator in wrong"} {
		if by[who] == 0 {
			t.Errorf("nothing was found by %s: is it asked at all?", who)
		}
	}
	used := make([]bool, len(mistaken))
next:
	for _, f := range found {
		for i, m := range mistaken {
			if f.By == m.by && strings.Contains(f.Message, m.message) {
				used[i] = true
				continue next
			}
		}
		t.Errorf("%s: %s: %s", f.Name, f.By, f.Message)
	}
	for i, ok := range used {
		if !ok {
			t.Errorf("%s says %q nowhere any more: take it from the list", mistaken[i].by, mistaken[i].message)
		}
	}
}

func TestFilled(t *testing.T) {
	t.Parallel()
	const text = `{"Resource": "${Inspection}", "Arguments": {"FunctionName": "${Pay}"}}`
	const want = `{"Resource": "arn:aws:states:us-east-1:123456789012:activity:Inspection", "Arguments": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:Pay"}}`
	if got := filled(text); got != want {
		t.Errorf("got %s", got)
	}
}
