package flowvet_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/stepwright/stepwright/flowvet"
)

// TestAnalyzer analyses the packages of testdata: each line with a mistake says what is found there.
func TestAnalyzer(t *testing.T) {
	t.Parallel()
	analysistest.Run(t, analysistest.TestData(), flowvet.Analyzer, "./...")
}

// TestFixes applies the fixes that are suggested for testdata/fixes; fixes.go.golden is what comes of them.
func TestFixes(t *testing.T) {
	t.Parallel()
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), flowvet.Analyzer, "./fixes")
}
