package lambda

import (
	"context"
	"fmt"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// PackageMetadata is the member of a function's template Metadata that holds the import path of its main package.
// Package cdk writes it.
const PackageMetadata = "stepwright:main"

// The resource types of functions and what belongs to them.
const (
	FunctionType   = "AWS::Lambda::Function"
	VersionType    = "AWS::Lambda::Version"
	AliasType      = "AWS::Lambda::Alias"
	EventsType     = "AWS::Lambda::EventInvokeConfig"
	PermissionType = "AWS::Lambda::Permission"
)

// Types are the resource types that the service makes.
func (s *Service) Types() []string {
	return []string{FunctionType, VersionType, AliasType, EventsType, PermissionType}
}

// Create makes a resource of a template. A function's code is an asset, in the folder that Config.AssetDir knows.
func (s *Service) Create(ctx context.Context, r wire.Resource) (wire.Created, error) {
	switch r.Type {
	case VersionType:
		return s.createVersion(r)
	case AliasType:
		return s.createAliasOf(ctx, r)
	case EventsType:
		return s.createEvents(ctx, r)
	case PermissionType:
		return s.createPermission(ctx, r)
	}
	f, err := s.fromTemplate(r)
	if err != nil {
		return wire.Created{}, err
	}
	if err := s.Add(ctx, f); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: f.Name, Attributes: map[string]value.Value{"Arn": value.String(s.arn(f.Name))}}, nil
}

// Delete unmakes a function; what belongs to it goes with it.
func (s *Service) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	if r.Type == FunctionType {
		s.Remove(c.Ref)
	}
	return nil
}

func (s *Service) createVersion(r wire.Resource) (wire.Created, error) {
	in := members.Properties(r)
	name, sha256, description := in.String("FunctionName"), in.String("CodeSha256"), in.String("Description")
	in.Ignore("RuntimePolicy")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	name, _, err := s.reference(name, "")
	if err != nil {
		return wire.Created{}, err
	}
	t, err := s.publish(name, "", sha256, description)
	if err != nil {
		return wire.Created{}, err
	}
	arn := value.String(s.qualified(name, t.pool.version))
	return wire.Created{Ref: arn.Str(), Attributes: map[string]value.Value{"Version": value.String(t.pool.version), "FunctionArn": arn}}, nil
}

// createAliasOf makes an alias. A template spells the weights as a list.
func (s *Service) createAliasOf(ctx context.Context, r wire.Resource) (wire.Created, error) {
	p := r.Properties
	if list := p.Path("RoutingConfig", "AdditionalVersionWeights"); list.IsArray() {
		weights := value.Object()
		for _, w := range list.Elements() {
			weights = weights.With(w.Get("FunctionVersion").Str(), w.Get("FunctionWeight"))
		}
		p = p.With("RoutingConfig", value.Object(value.M("AdditionalVersionWeights", weights)))
	}
	out, err := s.Call(ctx, "CreateAlias", p)
	if err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: out.Get("AliasArn").Str(), Attributes: map[string]value.Value{"AliasArn": out.Get("AliasArn")}}, nil
}

func (s *Service) createEvents(ctx context.Context, r wire.Resource) (wire.Created, error) {
	if _, err := s.Call(ctx, "PutFunctionEventInvokeConfig", r.Properties); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: r.PhysicalName(64)}, nil
}

func (s *Service) createPermission(ctx context.Context, r wire.Resource) (wire.Created, error) {
	id := r.PhysicalName(100)
	if _, err := s.Call(ctx, "AddPermission", r.Properties.With("StatementId", value.String(id))); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: id, Attributes: map[string]value.Value{"Id": value.String(id)}}, nil
}

// understood are the properties that mean something here, or may be left aside without changing what a function
// does on this machine.
var understood = map[string]bool{
	"FunctionName": true, "Handler": true, "Runtime": true, "Description": true, "Role": true, "Architectures": true,
	"MemorySize": true, "Timeout": true, "Environment": true, "Code": true, "LoggingConfig": true,
	"ReservedConcurrentExecutions": true, "PackageType": true,
	"TracingConfig": true, "Tags": true, "KmsKeyArn": true, "EphemeralStorage": true, "RuntimeManagementConfig": true, "DeadLetterConfig": true,
	"RecursiveLoop": true, "CodeSigningConfigArn": true,
}

func (s *Service) fromTemplate(r wire.Resource) (Function, error) {
	p := r.Properties
	for name := range p.Members() {
		if !understood[name] {
			return Function{}, fmt.Errorf("property %s of a function is not supported by the local machine", name)
		}
	}
	if t := p.Get("PackageType").Str(); t != "" && t != "Zip" {
		return Function{}, fmt.Errorf("PackageType is %q: the local machine runs Zip only", t)
	}
	f := Function{
		Name:        p.Get("FunctionName").Str(),
		Handler:     p.Get("Handler").Str(),
		Runtime:     p.Get("Runtime").Str(),
		Description: p.Get("Description").Str(),
		Role:        p.Get("Role").Str(),
		LogGroup:    p.Path("LoggingConfig", "LogGroup").Str(),
		LogFormat:   p.Path("LoggingConfig", "LogFormat").Str(),
		DeadLetter:  p.Path("DeadLetterConfig", "TargetArn").Str(),
		Tracing:     p.Path("TracingConfig", "Mode").Str(),
		KMSKey:      p.Get("KmsKeyArn").Str(),
		Tags:        map[string]string{},

		ApplicationLogLevel: p.Path("LoggingConfig", "ApplicationLogLevel").Str(),
		SystemLogLevel:      p.Path("LoggingConfig", "SystemLogLevel").Str(),

		Package: r.Metadata.Get(PackageMetadata).Str(),
	}
	if f.Name == "" {
		f.Name = r.PhysicalName(64)
	}
	for _, t := range p.Get("Tags").Elements() {
		f.Tags[t.Get("Key").Str()] = t.Get("Value").Str()
	}
	if err := number(p.Get("EphemeralStorage"), "Size", &f.Ephemeral); err != nil {
		return Function{}, err
	}
	for _, a := range p.Get("Architectures").Elements() {
		f.Architectures = append(f.Architectures, a.Str())
	}
	var seconds int
	for _, n := range []struct {
		name string
		to   *int
	}{{"MemorySize", &f.MemorySize}, {"Timeout", &seconds}} {
		if err := number(p, n.name, n.to); err != nil {
			return Function{}, err
		}
	}
	f.Timeout = time.Duration(seconds) * time.Second
	if p.Get("ReservedConcurrentExecutions").Exists() {
		f.Reserved = new(int)
		if err := number(p, "ReservedConcurrentExecutions", f.Reserved); err != nil {
			return Function{}, err
		}
	}
	if err := variables(p.Path("Environment", "Variables"), &f); err != nil {
		return Function{}, err
	}
	return f, s.code(p.Get("Code"), &f)
}

// number reads a property that may be a number or its text, as CloudFormation takes it.
func number(p value.Value, name string, to *int) error {
	v := p.Get(name)
	if v.IsString() {
		if n, err := value.ParseString(v.Str()); err == nil {
			v = n
		}
	}
	if !v.Exists() {
		return nil
	}
	n, ok := v.Int()
	if !ok {
		return fmt.Errorf("property %s is %s: it must be a whole number", name, p.Get(name))
	}
	*to = int(n)
	return nil
}

func variables(v value.Value, f *Function) error {
	f.Environment = map[string]string{}
	for name, x := range v.Members() {
		switch {
		case x.IsString():
			f.Environment[name] = x.Str()
		case x.IsNumber(), x.IsBool():
			f.Environment[name] = x.String()
		default:
			return fmt.Errorf("property Environment.Variables.%s is %s: it must be a string", name, x.Kind())
		}
	}
	return nil
}

// code finds the folder that a Code property means.
func (s *Service) code(code value.Value, f *Function) error {
	bucket, key := code.Get("S3Bucket").Str(), code.Get("S3Key").Str()
	if bucket == "" || key == "" {
		return fmt.Errorf("property Code must have S3Bucket and S3Key: the local machine takes code from the assembly's assets, not from %s", code)
	}
	if s.config.AssetDir != nil {
		if dir, ok := s.config.AssetDir(bucket, key); ok {
			f.Dir = dir
			return nil
		}
	}
	if f.Package != "" {
		return nil // built instead
	}
	return fmt.Errorf("property Code names s3://%s/%s, which is no asset of this assembly", bucket, key)
}
