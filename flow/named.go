package flow

// Named is f for a fragment that is used more than once: a Go function that takes f and writes some states. The names
// of states that it writes, and of the variables named after them, begin with what the fragment is called here:
//
//	notify(flow.Named(f, "Accepted"), order) // "Accepted: Write the text", "Accepted: Send it"
//	notify(flow.Named(f, "Refused"), order)
//
// It is the same flow in all other ways: what is written with f and with Named goes on from each other.
func Named(f *Flow, name string) *Flow {
	if name == "" {
		f.m.report(diagnosis{code: "state-name", message: "a fragment has no name", hint: "say what it is about here: its states are called \"Resume: …\""})
	}
	if len(f.prefix) > maxNesting*maxName {
		panic(tooMuch("fragments inside of fragments"))
	}
	return &Flow{m: f.m, sc: f.sc, prefix: f.prefix + name + ": "}
}
