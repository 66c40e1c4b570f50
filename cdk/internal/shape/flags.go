package shape

import "maps"

//go:generate go run ../gen

// FeatureFlags are the flags that the CDK library recommends for new projects, all of
// them. They are set in Go, so that a test's template is the command line's.
func FeatureFlags() map[string]any { return maps.Clone(featureFlags) }
