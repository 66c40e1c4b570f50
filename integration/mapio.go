package integration

// A MapIO is something that a Distributed Map's ItemReader or ResultWriter may name.
type MapIO struct {
	Service    string // "s3"
	Action     string // "listObjectsV2"
	Use        string // ItemReader or ResultWriter
	Parameters []Parameter
	Statements []Statement
	Note       string
}

// FindMapIO returns what a Map's reader or writer calls; use is "ItemReader" or
// "ResultWriter".
func FindMapIO(ref Ref, use string) (*MapIO, bool) {
	if ref.Form != Optimized || ref.Pattern != RequestResponse {
		return nil, false
	}
	for n := range mapIO {
		m := &mapIO[n]
		if m.Service == ref.Service && m.Action == ref.Action && m.Use == use {
			return m, true
		}
	}
	return nil, false
}

// DistributedMap are the statements that a machine with a Distributed Map needs on
// itself, besides those of its reader and writer.
func DistributedMap() []Statement { return distributed[:] }
