package lambda

import (
	"context"
	"os"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// createFunction makes a function of a package in the request or in S3.
func (s *Service) createFunction(ctx context.Context, r *members.Reader) (value.Value, error) {
	f := Function{Name: r.String("FunctionName"), Tags: map[string]string{}}
	if name, q, err := s.reference(f.Name, ""); err == nil && q == "" {
		f.Name = name
	}
	for name, v := range r.Object("Tags").Members() {
		f.Tags[name] = v.Str()
	}
	publish := r.Bool("Publish")
	in := members.Read("Code", r.Object("Code"))
	if err := s.readSettings(r, &f); err != nil {
		return value.Value{}, err
	}
	if f.Role == "" {
		return value.Value{}, constraint("role", "", "Member must not be null")
	}
	if err := f.withDefaults().check(); err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	taken := s.functions[f.Name] != nil
	s.mu.Unlock()
	if taken {
		return value.Value{}, &wire.Error{Code: "ResourceConflictException", Message: "Function already exist: " + f.Name, Status: 409}
	}
	c, err := s.newCode(ctx, in)
	if err != nil {
		return value.Value{}, err
	}
	f.Dir = c.dir
	p, err := s.add(ctx, f, c)
	if err != nil {
		_ = os.RemoveAll(c.dir)
		return value.Value{}, asClientError(err)
	}
	if !publish {
		return s.configuration(p, s.arn(f.Name)), nil
	}
	t, err := s.publish(f.Name, "", "", "")
	if err != nil {
		return value.Value{}, err
	}
	return s.configuration(t.pool, s.qualified(f.Name, t.pool.version)), nil
}

// newCode reads and unpacks the package that in names.
func (s *Service) newCode(ctx context.Context, in *members.Reader) (code, error) {
	b, err := s.readCode(ctx, in)
	if err == nil {
		err = in.Err()
	}
	if err != nil {
		return code{}, err
	}
	return s.unpack(b)
}

// asClientError is err as an error of the request, since what a program lacks is the caller's to put right.
func asClientError(err error) error {
	e := wire.AsError(err, "InvalidParameterValueException")
	if e.Code == "InvalidParameterValueException" {
		e.Status = 400
	}
	return e
}

// readSettings reads what CreateFunction and UpdateFunctionConfiguration share; what the request does not name stays.
func (s *Service) readSettings(r *members.Reader, f *Function) error {
	for _, m := range []struct {
		name string
		to   *string
	}{{"Handler", &f.Handler}, {"Runtime", &f.Runtime}, {"Description", &f.Description}, {"Role", &f.Role}, {"KMSKeyArn", &f.KMSKey}} {
		if r.Has(m.name) {
			*m.to = r.String(m.name)
		}
	}
	if r.Has("Architectures") {
		f.Architectures = r.Strings("Architectures")
	}
	f.MemorySize = r.Int("MemorySize", f.MemorySize)
	f.Timeout = time.Duration(r.Int("Timeout", int(f.Timeout/time.Second))) * time.Second
	if r.Has("Timeout") && f.Timeout == 0 {
		return constraint("timeout", "0", "Member must have value greater than or equal to 1")
	}
	if err := s.readNested(r, f); err != nil {
		return err
	}
	for _, name := range []string{"VpcConfig", "Layers", "FileSystemConfigs", "ImageConfig"} {
		if v := r.Value(name); v.Exists() && !empty(v) {
			return wire.Errorf("InvalidParameterValueException", "%s is not supported by the local machine", name)
		}
	}
	if t := r.String("PackageType"); t != "" && t != "Zip" {
		return wire.Errorf("InvalidParameterValueException", "PackageType is %q: the local machine runs Zip only", t)
	}
	r.Ignore("CodeSigningConfigArn") // signatures are not checked
	if err := r.Err(); err != nil {
		return wire.Errorf("InvalidParameterValueException", "%s", wire.AsError(err, "").Message)
	}
	return nil
}

// empty tells whether v is an array or object without anything in it.
func empty(v value.Value) bool {
	for _, m := range v.Members() {
		if !empty(m) {
			return false
		}
	}
	return (v.IsObject() || v.IsArray()) && len(v.Elements()) == 0
}

func (s *Service) readNested(r *members.Reader, f *Function) error {
	if r.Has("Environment") {
		if err := variables(r.Object("Environment").Get("Variables"), f); err != nil {
			return wire.Errorf("InvalidParameterValueException", "%v", err)
		}
	}
	for _, m := range []struct {
		name, member string
		to           *string
	}{{"DeadLetterConfig", "TargetArn", &f.DeadLetter}, {"TracingConfig", "Mode", &f.Tracing}} {
		if r.Has(m.name) {
			in := members.Read(m.name, r.Object(m.name))
			*m.to = in.String(m.member)
			if err := in.Err(); err != nil {
				return err
			}
		}
	}
	if r.Has("EphemeralStorage") {
		in := members.Read("EphemeralStorage", r.Object("EphemeralStorage"))
		f.Ephemeral = in.Int("Size", 0)
		if err := in.Err(); err != nil {
			return err
		}
	}
	if !r.Has("LoggingConfig") {
		return nil
	}
	in := members.Read("LoggingConfig", r.Object("LoggingConfig"))
	if in.Has("LogGroup") {
		f.LogGroup = in.String("LogGroup")
	}
	if in.Has("LogFormat") {
		f.LogFormat = in.String("LogFormat")
		f.ApplicationLogLevel, f.SystemLogLevel = "", ""
	}
	if in.Has("ApplicationLogLevel") {
		f.ApplicationLogLevel = in.String("ApplicationLogLevel")
	}
	if in.Has("SystemLogLevel") {
		f.SystemLogLevel = in.String("SystemLogLevel")
	}
	return in.Err()
}

func (s *Service) updateConfiguration(ctx context.Context, r *members.Reader) (value.Value, error) {
	name, revision := r.String("FunctionName"), r.String("RevisionId")
	p, err := s.replace(ctx, name, revision, func(f *Function, _ *code) error { return s.readSettings(r, f) })
	if err != nil {
		return value.Value{}, err
	}
	return s.configuration(p, s.arn(p.Name)), nil
}

// updateCode puts another package in the place of the function's. Processes of the old one finish what they do.
func (s *Service) updateCode(ctx context.Context, r *members.Reader) (value.Value, error) {
	name, revision, dry, publish := r.String("FunctionName"), r.String("RevisionId"), r.Bool("DryRun"), r.Bool("Publish")
	architectures := r.Strings("Architectures")
	t, err := s.find(name, "")
	if err != nil {
		return value.Value{}, err
	}
	if err := t.pool.seen(revision); err != nil {
		return value.Value{}, err
	}
	c, err := s.newCode(ctx, r)
	if err != nil {
		return value.Value{}, err
	}
	if dry {
		_ = os.RemoveAll(c.dir)
		return s.configuration(t.pool, s.arn(t.pool.Name)), nil
	}
	p, err := s.replace(ctx, name, revision, func(f *Function, old *code) error {
		f.Dir, *old = c.dir, c
		if len(architectures) > 0 {
			f.Architectures = architectures
		}
		return nil
	})
	if err != nil {
		_ = os.RemoveAll(c.dir)
		return value.Value{}, err
	}
	if publish {
		t, err := s.publish(p.Name, "", "", "")
		if err != nil {
			return value.Value{}, err
		}
		return s.configuration(t.pool, s.qualified(p.Name, t.pool.version)), nil
	}
	return s.configuration(p, s.arn(p.Name)), nil
}

func (s *Service) publishVersion(r *members.Reader) (value.Value, error) {
	name, _, err := s.reference(r.String("FunctionName"), "")
	if err != nil {
		return value.Value{}, err
	}
	revision, sha256, description := r.String("RevisionId"), r.String("CodeSha256"), r.String("Description")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	t, err := s.publish(name, revision, sha256, description)
	if err != nil {
		return value.Value{}, err
	}
	return s.configuration(t.pool, s.qualified(name, t.pool.version)), nil
}

func (s *Service) deleteFunction(r *members.Reader) (value.Value, error) {
	name, qualifier, err := s.reference(r.String("FunctionName"), r.String("Qualifier"))
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	switch {
	case qualifier == latest:
		return value.Value{}, wire.Errorf("InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.")
	case qualifier != "" && !versionNumber.MatchString(qualifier):
		return value.Value{}, wire.Errorf("InvalidParameterValueException", "Deletion of aliases is not currently supported.")
	case qualifier != "":
		return value.Value{}, s.unpublish(name, qualifier)
	}
	if _, err := s.find(name, ""); err != nil {
		return value.Value{}, err
	}
	s.Remove(name)
	return value.Value{}, nil
}

// maxTags is how many tags a function may have.
const maxTags = 50

func (s *Service) tagged(r *members.Reader) (*function, func(), error) {
	arn := r.String("Resource")
	name, q, err := s.reference(arn, "")
	if err != nil || q != "" || serviceOf(arn) != "lambda" {
		return nil, nil, wire.Errorf("InvalidParameterValueException", "Resource is %q: tags are of functions, by their ARN without a qualifier", arn)
	}
	s.mu.Lock()
	f := s.functions[name]
	if f == nil {
		s.mu.Unlock()
		return nil, nil, s.notFound(name, "")
	}
	return f, s.mu.Unlock, nil
}

func (s *Service) tagResource(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.tagged(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	tags := r.Object("Tags")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	all := map[string]string{}
	for name, v := range f.tags {
		all[name] = v
	}
	for name, v := range tags.Members() {
		if name == "" || len(name) > 128 || len(v.Str()) > 256 || !v.IsString() {
			return value.Value{}, wire.Errorf("InvalidParameterValueException", "the tag %q is %s: its name must have 1 to 128 characters, and its value must be a text of at most 256", name, v)
		}
		all[name] = v.Str()
	}
	if len(all) > maxTags {
		return value.Value{}, wire.Errorf("InvalidParameterValueException", "The function would have %d tags: it may have %d", len(all), maxTags)
	}
	f.tags = all
	return value.Value{}, nil
}

func (s *Service) untagResource(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.tagged(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	names := r.Strings("TagKeys")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	for _, name := range names {
		delete(f.tags, name)
	}
	return value.Value{}, nil
}

func (s *Service) listTags(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.tagged(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	return value.Object(value.M("Tags", value.MustFrom(f.tags))), r.Err()
}
