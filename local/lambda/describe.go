package lambda

import (
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// lastModified is a time as Lambda writes it.
const lastModified = "2006-01-02T15:04:05.000+0000"

// describe is the answer to GetFunction; s.mu is held.
func (s *Service) describe(t target) value.Value {
	v := value.Object(
		value.M("Configuration", s.configurationOf(t)),
		value.M("Code", value.Object(value.M("RepositoryType", value.String("S3")), value.M("Location", value.String("file://"+t.pool.program)))),
	)
	if len(t.function.tags) > 0 {
		v = v.With("Tags", value.MustFrom(t.function.tags))
	}
	if t.function.reserved != nil {
		v = v.With("Concurrency", value.Object(value.M("ReservedConcurrentExecutions", value.Int(*t.function.reserved))))
	}
	return v
}

// configurationOf is a version's configuration, with the ARN that the caller asked for.
func (s *Service) configurationOf(t target) value.Value {
	return s.configuration(t.pool, s.qualified(t.function.name, t.qualifier))
}

func (s *Service) configuration(p *pool, arn string) value.Value {
	f := p.Function
	architectures := make([]value.Value, 0, len(f.Architectures))
	for _, a := range f.Architectures {
		architectures = append(architectures, value.String(a))
	}
	var b value.Builder
	b.Set("FunctionName", value.String(f.Name))
	b.Set("FunctionArn", value.String(arn))
	b.Set("Runtime", value.String(f.Runtime))
	b.Set("Role", value.String(f.Role))
	b.Set("Handler", value.String(f.Handler))
	b.Set("CodeSize", value.Int(p.code.size))
	b.Set("Description", value.String(f.Description))
	b.Set("Timeout", value.Int(int(f.Timeout/time.Second)))
	b.Set("MemorySize", value.Int(f.MemorySize))
	b.Set("LastModified", value.String(f.LastModified.UTC().Format(lastModified)))
	b.Set("CodeSha256", value.String(p.code.sha256))
	b.Set("Version", value.String(p.version))
	b.Set("TracingConfig", value.Object(value.M("Mode", value.String(f.Tracing))))
	b.Set("RevisionId", value.String(p.revision))
	b.Set("PackageType", value.String("Zip"))
	b.Set("State", value.String("Active"))
	b.Set("LastUpdateStatus", value.String("Successful"))
	b.Set("Architectures", value.Array(architectures...))
	b.Set("EphemeralStorage", value.Object(value.M("Size", value.Int(f.Ephemeral))))
	if len(f.Environment) > 0 {
		b.Set("Environment", value.Object(value.M("Variables", value.MustFrom(f.Environment))))
	}
	if f.DeadLetter != "" {
		b.Set("DeadLetterConfig", value.Object(value.M("TargetArn", value.String(f.DeadLetter))))
	}
	if f.KMSKey != "" {
		b.Set("KMSKeyArn", value.String(f.KMSKey))
	}
	b.Set("LoggingConfig", value.Object(value.M("LogFormat", value.String(f.LogFormat)), value.M("ApplicationLogLevel", optional(f.ApplicationLogLevel)),
		value.M("SystemLogLevel", optional(f.SystemLogLevel)), value.M("LogGroup", value.String(f.LogGroup))))
	return b.Object()
}

// optional is a text, absent if it is empty.
func optional(s string) value.Value {
	if s == "" {
		return value.Value{}
	}
	return value.String(s)
}

func (s *Service) getFunction(r *members.Reader) (value.Value, error) {
	return s.shown(r, s.describe)
}

func (s *Service) getFunctionConfiguration(r *members.Reader) (value.Value, error) {
	return s.shown(r, s.configurationOf)
}

func (s *Service) shown(r *members.Reader, show func(target) value.Value) (value.Value, error) {
	name, qualifier, err := s.reference(r.String("FunctionName"), r.String("Qualifier"))
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.resolve(name, qualifier)
	if err != nil {
		return value.Value{}, err
	}
	return show(t), nil
}

// listFunctions gives $LATEST of all functions, or all versions.
func (s *Service) listFunctions(r *members.Reader) (value.Value, error) {
	which := r.String("FunctionVersion")
	r.Ignore("MasterRegion") // there are no functions at the edge
	p, err := readPage(r)
	if err != nil {
		return value.Value{}, err
	}
	if which != "" && which != "ALL" {
		return value.Value{}, constraint("functionVersion", which, "Member must satisfy enum value set: [ALL]")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []value.Value
	for _, name := range s.order {
		f := s.functions[name]
		if which == "" {
			all = append(all, s.configuration(f.latest, s.arn(name)))
			continue
		}
		all = append(all, s.versionsOf(f)...)
	}
	return p.of("Functions", all)
}

func (s *Service) listVersions(r *members.Reader) (value.Value, error) {
	p, err := readPage(r, "FunctionName")
	if err != nil {
		return value.Value{}, err
	}
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	return p.of("Versions", s.versionsOf(f))
}

func (s *Service) versionsOf(f *function) []value.Value {
	var all []value.Value
	for _, p := range f.pools() {
		all = append(all, s.configuration(p, s.qualified(f.name, p.version)))
	}
	return all
}

// A page is a part of a list. Its marker is how many items came before.
type page struct{ from, size int }

const pageSize = 50 // the most that one answer has, whatever MaxItems says

// readPage reads MaxItems and Marker and checks that nothing else was said, but for what the caller reads itself.
func readPage(r *members.Reader, others ...string) (page, error) {
	r.Ignore(others...)
	p := page{r.Int("Marker", 0), r.Int("MaxItems", pageSize)}
	if err := r.Err(); err != nil {
		return p, wire.Errorf("InvalidParameterValueException", "%s", wire.AsError(err, "").Message)
	}
	if p.size < 1 || p.size > 10000 {
		return p, wire.Errorf("InvalidParameterValueException", "MaxItems is %d: it must be from 1 to 10000", p.size)
	}
	if p.from < 0 {
		return p, wire.Errorf("InvalidParameterValueException", "Marker is %d: it must be the NextMarker of the answer before", p.from)
	}
	p.size = min(p.size, pageSize)
	return p, nil
}

func (p page) of(name string, all []value.Value) (value.Value, error) {
	from := min(p.from, len(all))
	to := min(from+p.size, len(all))
	v := value.Object(value.M(name, value.Array(all[from:to]...)))
	if to < len(all) {
		v = v.With("NextMarker", value.String(value.Int(to).String()))
	}
	return v, nil
}
