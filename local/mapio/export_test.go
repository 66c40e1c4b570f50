package mapio

// NewResultsOf is NewResults with another limit of files.
func NewResultsOf(sink Sink, limit int64) *Results {
	r := NewResults(sink)
	r.limit = limit
	return r
}
