// Package conformance holds the tests that compare Stepwright with what AWS Step Functions did, as recorded in the
// corpus that package oracle finds.
package conformance
