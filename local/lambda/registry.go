package lambda

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// A function is a name with what stands behind it: $LATEST, published versions, aliases. Service.mu is over it.
type function struct {
	name     string
	latest   *pool
	versions []*pool // published, oldest first
	count    int     // versions that were ever published: numbers are never used again
	aliases  map[string]*alias
	reserved *int
	inFlight int // invocations that wait for a process or have one
	tags     map[string]string
	async    map[string]*eventConfig // by qualifier
	policies map[string]*policy      // by qualifier; "" for none
	events   events                  // of type Event
}

func newFunction(latest *pool) *function {
	f := &function{
		name: latest.Name, latest: latest, reserved: latest.Reserved, tags: map[string]string{},
		aliases: map[string]*alias{}, async: map[string]*eventConfig{}, policies: map[string]*policy{},
	}
	for name, v := range latest.Tags {
		f.tags[name] = v
	}
	return f
}

// pools are all versions, $LATEST first.
func (f *function) pools() []*pool { return slices.Concat([]*pool{f.latest}, f.versions) }

// version is the published version of that number; nil if there is none.
func (f *function) version(number string) *pool {
	for _, p := range f.versions {
		if p.version == number {
			return p
		}
	}
	return nil
}

// A target is what a caller's name for a function means.
type target struct {
	function  *function
	pool      *pool
	qualifier string // as it was said; empty for none
}

const latest = "$LATEST"

// reference reads a function's name as the API takes it: name, partial ARN or ARN, with or without a qualifier.
func (s *Service) reference(ref, qualifier string) (name, q string, err error) {
	name = ref
	if i := strings.Index(ref, ":function:"); i >= 0 {
		name = ref[i+len(":function:"):]
	} else if account, rest, ok := strings.Cut(ref, ":"); ok && account == s.config.Account.ID {
		name = rest
	}
	name, q, _ = strings.Cut(name, ":")
	switch {
	case q != "" && qualifier != "" && q != qualifier:
		return "", "", wire.Errorf("InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.")
	case name == "":
		return "", "", wire.Errorf("ValidationException", "1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint: Member must be the name or the ARN of a function", ref)
	case q == "":
		q = qualifier
	}
	return name, q, nil
}

// find is what a reference means. Behind an alias that has weights a version is drawn.
func (s *Service) find(ref, qualifier string) (target, error) {
	name, q, err := s.reference(ref, qualifier)
	if err != nil {
		return target{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resolve(name, q)
}

// resolve is find for a name and a qualifier; s.mu is held.
func (s *Service) resolve(name, qualifier string) (target, error) {
	f := s.functions[name]
	if f == nil {
		return target{}, s.notFound(name, qualifier)
	}
	t := target{function: f, qualifier: qualifier}
	switch a := f.aliases[qualifier]; {
	case qualifier == "", qualifier == latest:
		t.pool = f.latest
	case a != nil:
		t.pool = f.at(a.draw(rand.Float64()))
	default:
		t.pool = f.version(qualifier)
	}
	if t.pool == nil {
		return target{}, s.notFound(name, qualifier)
	}
	return t, nil
}

// at is the version that an alias names.
func (f *function) at(number string) *pool {
	if number == latest {
		return f.latest
	}
	return f.version(number)
}

func (s *Service) notFound(name, qualifier string) error {
	return &wire.Error{Code: "ResourceNotFoundException", Message: "Function not found: " + s.qualified(name, qualifier), Status: 404}
}

func (s *Service) arn(name string) string { return s.config.Account.ARN("lambda", "function:"+name) }

// qualified is a function's ARN with a qualifier, if there is one.
func (s *Service) qualified(name, qualifier string) string {
	if qualifier == "" {
		return s.arn(name)
	}
	return s.arn(name) + ":" + qualifier
}

// Add makes a function. It fails if a field has a value that AWS refuses or this machine does not support, if there
// is a function of that name, and if its program can be neither run nor built here.
func (s *Service) Add(ctx context.Context, f Function) error {
	_, err := s.add(ctx, f, code{})
	return err
}

func (s *Service) add(ctx context.Context, f Function, c code) (*pool, error) {
	f = f.withDefaults()
	if f.LastModified.IsZero() {
		f.LastModified = s.now()
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	program, err := s.program(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", f.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, errClosed
	case s.functions[f.Name] != nil:
		return nil, &wire.Error{Code: "ResourceConflictException", Message: "Function already exist: " + f.Name, Status: 409}
	}
	p := newPool(s, f, latest, program, c.orOf(program))
	s.functions[f.Name] = newFunction(p)
	s.order = append(s.order, f.Name)
	return p, nil
}

// replace puts a changed $LATEST in the place of the old one, whose processes end when they have answered. change
// gets what the function is now, and says what it is to be; revision, if it is not empty, is what the caller has
// seen.
func (s *Service) replace(ctx context.Context, name, revision string, change func(*Function, *code) error) (*pool, error) {
	s.updates.Lock() // one after the other: a build may take long
	defer s.updates.Unlock()
	t, err := s.find(name, "")
	if err != nil {
		return nil, err
	}
	if err := t.pool.seen(revision); err != nil {
		return nil, err
	}
	f, c := t.pool.Function, t.pool.code
	if err := change(&f, &c); err != nil {
		return nil, err
	}
	f.LastModified = s.now()
	if f = f.withDefaults(); f.check() != nil {
		return nil, f.check()
	}
	program, err := s.program(ctx, f)
	if err != nil {
		return nil, wire.Errorf("InvalidParameterValueException", "function %s: %v", f.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.functions[t.function.name] != t.function {
		return nil, s.notFound(t.function.name, "")
	}
	p := newPool(s, f, latest, program, c.orOf(program))
	t.function.latest.retire()
	s.ending = append(s.ending, t.function.latest)
	t.function.latest = p
	return p, nil
}

// seen fails if the caller has seen another revision than this.
func (p *pool) seen(revision string) error {
	if revision == "" || revision == p.revision {
		return nil
	}
	return &wire.Error{
		Code: "PreconditionFailedException", Status: 412,
		Message: "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId",
	}
}

// Remove unmakes a function and ends its processes. An unknown name is no error.
func (s *Service) Remove(name string) {
	s.mu.Lock()
	f := s.functions[name]
	delete(s.functions, name)
	s.order = slices.DeleteFunc(s.order, func(n string) bool { return n == name })
	s.mu.Unlock()
	if f == nil {
		return
	}
	for _, p := range f.pools() {
		p.close()
	}
}

// Functions are the functions, in the order they were made.
func (s *Service) Functions() []Function {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Function, 0, len(s.order))
	for _, name := range s.order {
		all = append(all, s.functions[name].latest.Function)
	}
	return all
}

// publish makes a version of $LATEST. If nothing has changed since the last one, it gives that.
func (s *Service) publish(name, revision, sha256, description string) (target, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.resolve(name, "")
	if err != nil {
		return t, err
	}
	f, now := t.function, t.pool
	if err := now.seen(revision); err != nil {
		return t, err
	}
	if sha256 != "" && sha256 != now.code.sha256 {
		return t, wire.Errorf("InvalidParameterValueException", "CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.", sha256, now.code.sha256)
	}
	if n := len(f.versions); n > 0 && f.versions[n-1].from == now {
		t.pool = f.versions[n-1]
		return t, nil
	}
	f.count++
	settings := now.Function
	if description != "" {
		settings.Description = description
	}
	t.pool = newPool(s, settings, strconv.Itoa(f.count), now.program, now.code)
	t.pool.from = now
	f.versions = append(f.versions, t.pool)
	return t, nil
}

var versionNumber = regexp.MustCompile(`^[0-9]+$`)

// unpublish takes a version away, unless an alias points at it.
func (s *Service) unpublish(name, number string) error {
	s.mu.Lock()
	f := s.functions[name]
	if f == nil {
		s.mu.Unlock()
		return s.notFound(name, number)
	}
	p := f.version(number)
	for _, a := range f.sortedAliases() {
		if p != nil && (a.version == number || a.other == number) {
			s.mu.Unlock()
			message := fmt.Sprintf("Version (%s) can't be deleted because it is currently referenced by alias(es) %s", number, a.name)
			return &wire.Error{Code: "ResourceConflictException", Message: message, Status: 409}
		}
	}
	f.versions = slices.DeleteFunc(f.versions, func(o *pool) bool { return o == p })
	s.mu.Unlock()
	if p != nil {
		p.close()
	}
	return nil
}

func newRevision() string { return wire.NewID() }

func (s *Service) now() time.Time { return s.config.Clock.Now() }
