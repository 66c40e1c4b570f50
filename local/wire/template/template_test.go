package template_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/template"
	"github.com/stepwright/stepwright/value"
)

var settings = template.Settings{Account: wire.Account{Partition: "aws", Region: "eu-north-1", ID: "111122223333"}, Stack: "Test"}

// A maker makes resources of the type X::A, X::B and X::C and remembers what it did. Properties named Fail fail.
type maker struct{ log []string }

func (m *maker) Types() []string { return []string{"X::A", "X::B", "X::C"} }

func (m *maker) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	m.log = append(m.log, "+"+r.LogicalID+" "+r.Properties.String())
	if r.Properties.Get("Fail").Exists() {
		return wire.Created{}, errors.New("it was to fail")
	}
	return wire.Created{Ref: "ref-" + r.LogicalID, Attributes: map[string]value.Value{"Arn": value.String("arn:" + r.LogicalID), "Endpoint.Port": value.Int(80)}}, nil
}

func (m *maker) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	m.log = append(m.log, "-"+c.Ref)
	if r.Properties.Get("Stay").Exists() {
		return errors.New("it stays")
	}
	return nil
}

func Example() {
	t, problems := template.Parse("photos.template.json", []byte(`{"Resources": {
		"Policy": {"Type": "X::B", "Properties": {"On": {"Fn::GetAtt": ["Bucket", "Arn"]}}},
		"Bucket": {"Type": "X::A"}
	}, "Outputs": {"Name": {"Value": {"Fn::Sub": "${AWS::Region}/${Bucket}"}}}}`), settings)
	if problems.HasErrors() {
		fmt.Println(problems.Err())
	}
	engine := &template.Engine{Providers: []wire.Provider{&maker{}}, Progress: func(m template.Made) { fmt.Println("made", m.LogicalID, m.Ref) }}
	stack, err := engine.Create(context.Background(), "Photos", t)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(stack.Outputs["Name"])
	// Output:
	// made Bucket ref-Bucket
	// made Policy ref-Policy
	// eu-north-1/ref-Bucket
}

// properties resolves one object of properties beside a resource B.
func properties(t *testing.T, p, more string) (string, error) {
	t.Helper()
	src := `{"Resources":{"R":{"Type":"X::A","Properties":{"P":` + p + `}},"B":{"Type":"X::B"}}` + more + `}`
	parsed, problems := template.Parse("t.json", []byte(src), settings)
	if err := problems.Err(); err != nil {
		return "", err
	}
	m := &maker{}
	if _, err := (&template.Engine{Providers: []wire.Provider{m}}).Create(t.Context(), "Test", parsed); err != nil {
		return "", err
	}
	for _, line := range m.log {
		if text, ok := strings.CutPrefix(line, "+R "); ok {
			return text, nil
		}
	}
	return "", errors.New("R was not made")
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	const more = `,"Parameters":{"Stage":{"Type":"String","Default":"dev"},"Count":{"Type":"Number","Default":3},"Zones":{"Type":"CommaDelimitedList","Default":"a, b"}},
		"Conditions":{"Dev":{"Fn::Equals":[{"Ref":"Stage"},"dev"]},"Prod":{"Fn::Not":[{"Condition":"Dev"}]},"Both":{"Fn::And":[{"Condition":"Dev"},{"Condition":"Prod"}]},"Either":{"Fn::Or":[{"Condition":"Prod"},{"Condition":"Dev"}]}}`
	for _, c := range []struct{ in, want string }{
		{`{"a":[1,2.50,null,true,"x"]}`, `{"P":{"a":[1,2.50,null,true,"x"]}}`},
		{`{"Ref":"B"}`, `{"P":"ref-B"}`},
		{`{"Fn::GetAtt":["B","Arn"]}`, `{"P":"arn:B"}`},
		{`{"Fn::GetAtt":"B.Endpoint.Port"}`, `{"P":80}`},
		{`{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":",{"Ref":"B"},"/",7]]}`, `{"P":"arn:aws:ref-B/7"}`},
		{`{"Fn::Join":["-",{"Ref":"Zones"}]}`, `{"P":"a-b"}`},
		{`{"Fn::Sub":"${AWS::AccountId}-${B}-${B.Arn}-${!Raw}-${Stage}-$x"}`, `{"P":"111122223333-ref-B-arn:B-${Raw}-dev-$x"}`},
		{`{"Fn::Sub":["${x}/${y}${B}",{"x":{"Fn::Select":[1,["a","b"]]},"y":1}]}`, `{"P":"b/1ref-B"}`},
		{`{"Fn::Select":["0",{"Fn::Split":["/",{"Fn::Sub":"${B}/c"}]}]}`, `{"P":"ref-B"}`},
		{`{"Fn::If":["Dev","yes",{"Ref":"Nowhere"}]}`, `{"P":"yes"}`},
		{`{"Fn::If":["Prod","yes","no"]}`, `{"P":"no"}`},
		{`{"Fn::If":["Both","yes","no"]}`, `{"P":"no"}`},
		{`{"Fn::If":["Either","yes","no"]}`, `{"P":"yes"}`},
		{`{"a":{"Ref":"AWS::NoValue"},"b":[1,{"Fn::If":["Prod",2,{"Ref":"AWS::NoValue"}]}]}`, `{"P":{"b":[1]}}`},
		{`{"Ref":"Count"}`, `{"P":"3"}`},
		{`{"Fn::Base64":{"Fn::Sub":"${B}"}}`, `{"P":"cmVmLUI="}`},
		{`{"Ref":"AWS::StackName"}`, `{"P":"Test"}`},
		{`{"Ref":"AWS::StackId"}`, `{"P":"arn:aws:cloudformation:eu-north-1:111122223333:stack/Test/local"}`},
		{`{"Ref":"AWS::NotificationARNs"}`, `{"P":[]}`},
		{`"${B} {\"Ref\":\"B\"}"`, `{"P":"${B} {\"Ref\":\"B\"}"}`}, // text is text, as in DefinitionString
		{`{"Ref":"B","Other":1}`, `{"P":{"Ref":"B","Other":1}}`},
		{`12345678901234567890`, `{"P":12345678901234567890}`},
	} {
		got, err := properties(t, c.in, more)
		if err != nil || got != c.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", c.in, got, err, c.want)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	r := `resource "R" (X::A): `
	for _, c := range []struct{ in, code, want string }{
		{`{"Fn::ImportValue":"x"}`, "unsupported-function", r + "Fn::ImportValue is not supported by the local machine"},
		{`{"a":[{"Fn::FindInMap":["a","b","c"]}]}`, "unsupported-function", r + "Fn::FindInMap is not supported by the local machine"},
		{`"{{resolve:ssm:/x}}"`, "unsupported-function", r + "dynamic references ({{resolve:…}}) is not supported by the local machine"},
		{`{"Ref":"Nowhere"}`, "unknown-reference", r + `Ref names "Nowhere", which is no resource of the template`},
		{`{"Ref":["B"]}`, "bad-template", r + "Ref needs the name of a resource or parameter"},
		{`{"Fn::GetAtt":["Nowhere","Arn"]}`, "unknown-reference", r + `Fn::GetAtt names "Nowhere", which is no resource of the template`},
		{`{"Fn::GetAtt":["B"]}`, "bad-template", r + "Fn::GetAtt needs a logical id and the name of an attribute"},
		{`{"Fn::GetAtt":["Off","Arn"]}`, "unknown-reference", r + `Fn::GetAtt names "Off", whose condition does not hold`},
		{`{"Ref":"Off"}`, "unknown-reference", r + `Ref names "Off", whose condition does not hold`},
		{`{"Fn::Sub":"${B"}`, "bad-template", r + "Fn::Sub needs a } for each ${"},
		{`{"Fn::Sub":"${}"}`, "bad-template", r + "Fn::Sub needs the name of a resource or parameter"},
		{`{"Fn::Sub":["a"]}`, "bad-template", r + "Fn::Sub needs a text, or a text and an object"},
		{`{"Fn::Join":["",1]}`, "bad-template", r + "Fn::Join needs a separator and an array"},
		{`{"Fn::Select":["x",[]]}`, "bad-template", r + "Fn::Select needs an index and an array"},
		{`{"Fn::Split":["","x"]}`, "bad-template", r + "Fn::Split needs a separator and a text"},
		{`{"Fn::If":["None",1,2]}`, "unknown-reference", r + `there is no condition "None"`},
		{`{"Fn::If":["x"]}`, "bad-template", r + "Fn::If needs the name of a condition and two values"},
		{`{"Ref":"Secret"}`, "missing-parameter", r + `the parameter "Secret" has neither a value nor a default`},
		{`{"Ref":"Bootstrap"}`, "unsupported-parameter", r + `the parameter "Bootstrap" is read from Systems Manager, which is not supported by the local machine`},
	} {
		src := `{"Resources":{"R":{"Type":"X::A","Properties":{"P":` + c.in + `}},"B":{"Type":"X::B"},"Off":{"Type":"X::C","Condition":"Never"}},
			"Parameters":{"Secret":{"Type":"String"},"Bootstrap":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/x"}},"Conditions":{"Never":{"Fn::Equals":["a","b"]}}}`
		parsed, problems := template.Parse("t.json", []byte(src), settings)
		if parsed != nil || len(problems) != 1 || problems[0].Code != c.code || problems[0].Message != c.want {
			t.Errorf("%s: %v", c.in, problems)
		}
		if len(problems) > 0 && !strings.HasPrefix(string(problems[0].Path), "/Resources/R/Properties/P") {
			t.Errorf("%s: at %q", c.in, problems[0].Path)
		}
	}
}

func TestBadTemplates(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		``:                                 "the template is not JSON",
		`{"Resources":`:                    "the template is not JSON",
		`[]`:                               "the template has no object Resources",
		`{"Resources":[]}`:                 "the template has no object Resources",
		`{"Resources":{},"Transform":"X"}`: "the section Transform is not supported by the local machine",
		`{"Resources":{"A":1}}`:            `resource "A" must be an object with a Type`,
		`{"Resources":{"A":{"Type":"X::A","Properties":[]}}}`:                                     `resource "A" (X::A): Properties must be an object, not an array`,
		`{"Resources":{"A":{"Type":"X::A","Propertys":{}}}}`:                                      `resource "A" (X::A): Propertys is not an attribute of a resource`,
		`{"Resources":{"A":{"Type":"X::A","DependsOn":"Z"}}}`:                                     `resource "A" (X::A): DependsOn names "Z", which is no resource of the template`,
		`{"Resources":{"A":{"Type":"X::A","DependsOn":{}}}}`:                                      `resource "A" (X::A): DependsOn must be a logical id or an array of them`,
		`{"Resources":{"A":{"Type":"X::A","Condition":"C"}}}`:                                     `resource "A" (X::A): there is no condition "C"`,
		`{"Resources":{},"Outputs":{"O":1}}`:                                                      `output "O" must be an object with a Value`,
		`{"Resources":{},"Conditions":{"C":{"Condition":"C"}}}`:                                   `the condition "C" depends on itself`,
		`{"Resources":{},"Conditions":{"C":{"Fn::Xor":[1,2]}}}`:                                   `condition "C": a condition needs one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition`,
		`{"Resources":{"A":{"Type":"X::A"}},"Conditions":{"C":{"Fn::Equals":[{"Ref":"A"},"b"]}}}`: `condition "C" refers to the resource A; conditions know parameters only`,
		`{"Resources":{"A":{"Type":"X::A","Properties":{"p":{"Ref":"B"}}},"B":{"Type":"X::B","DependsOn":["C"]},"C":{"Type":"X::C","Properties":{"q":{"Fn::Sub":"${A.Arn}"}}}}}`: "the resources depend on each other in a cycle: A → B → C → A",
		`{"Resources":{"A":{"Type":"X::A","DependsOn":"A"}}}`:                                                                         "the resources depend on each other in a cycle: A → A",
		`{"Resources":{"Z":{"Type":"X::A","DependsOn":"A"},"A":{"Type":"X::A","DependsOn":"B"},"B":{"Type":"X::A","DependsOn":"A"}}}`: "the resources depend on each other in a cycle: A → B → A",
	} {
		parsed, problems := template.Parse("t.json", []byte(src), settings)
		if parsed != nil || len(problems) != 1 || !strings.HasPrefix(problems[0].Message, want) || problems[0].Source != "t.json" {
			t.Errorf("%s:\n got %v\nwant %s", src, problems, want)
		}
	}
}

func parse(t *testing.T, src string) *template.Template {
	t.Helper()
	parsed, problems := template.Parse("t.json", []byte(src), settings)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestOrderAndDelete(t *testing.T) {
	t.Parallel()
	m := &maker{}
	parsed := parse(t, `{"Resources":{"Z":{"Type":"X::A","Properties":{"p":{"Ref":"Y"},"Stay":1}},"Y":{"Type":"X::A","DependsOn":["X","W"]},"X":{"Type":"X::B"},"W":{"Type":"X::C"},"V":{"Type":"X::C","Condition":"No"}},
		"Conditions":{"No":{"Fn::Equals":["a","b"]}},"Outputs":{"O":{"Value":{"Fn::GetAtt":["Z","Arn"]}},"Off":{"Condition":"No","Value":{"Ref":"V"}}}}`)
	stack, err := (&template.Engine{Providers: []wire.Provider{m}}).Create(t.Context(), "Test", parsed)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"O": "arn:Z"}, stack.Outputs); d != "" {
		t.Errorf("outputs (-want +got):\n%s", d)
	}
	if v, err := stack.Attribute("Y", "Arn"); err != nil || v.Str() != "arn:Y" {
		t.Errorf("attribute: %s, %v", v, err)
	}
	if err := stack.Delete(t.Context()); err == nil || err.Error() != `delete "Z" (X::A): it stays` {
		t.Errorf("delete: %v", err)
	}
	want := []string{"+X {}", "+W {}", "+Y {}", `+Z {"p":"ref-Y","Stay":1}`, "-ref-Z", "-ref-Y", "-ref-W", "-ref-X"}
	if d := cmp.Diff(want, m.log); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRollBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, want string }{
		"a provider fails":     {`{"Resources":{"A":{"Type":"X::A"},"B":{"Type":"X::B","DependsOn":"A","Properties":{"Fail":1}}}}`, `create "B" (X::B): it was to fail`},
		"an attribute is none": {`{"Resources":{"A":{"Type":"X::A"},"B":{"Type":"X::B","Properties":{"p":{"Fn::GetAtt":["A","Name"]}}}}}`, `create "B" (X::B): Fn::GetAtt: "A" (X::A) has no attribute "Name" on the local machine; it has Arn, Endpoint.Port`},
		"an index is none":     {`{"Resources":{"A":{"Type":"X::A"},"B":{"Type":"X::B","DependsOn":"A","Properties":{"p":{"Fn::Select":[2,["x"]]}}}}}`, `create "B" (X::B): Fn::Select: there is no item 2 in ["x"]`},
		"a list is no text":    {`{"Resources":{"A":{"Type":"X::A"},"B":{"Type":"X::B","DependsOn":"A","Properties":{"p":{"Fn::Join":["",[["x"]]]}}}}}`, `create "B" (X::B): Fn::Join: a text is needed here, not an array`},
		"an output fails":      {`{"Resources":{"A":{"Type":"X::A"}},"Outputs":{"O":{"Value":{"Fn::Split":["-",{"Ref":"A"}]}}}}`, `output "O": a text is needed here, not an array`},
	} {
		m := &maker{}
		stack, err := (&template.Engine{Providers: []wire.Provider{m}}).Create(t.Context(), "Test", parse(t, c.src))
		if stack != nil || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
		if m.log[0] != "+A {}" || m.log[len(m.log)-1] != "-ref-A" {
			t.Errorf("%s: what was made is not unmade: %q", name, m.log)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	parsed := parse(t, `{"Resources":{"A":{"Type":"X::D"},"B":{"Type":"X::B","Properties":{"p":{"Ref":"A"},"q":{"Fn::GetAtt":["A","Arn"]}}}}}`)
	m := &maker{}
	engine := &template.Engine{Providers: []wire.Provider{m}}
	_, err := engine.Create(t.Context(), "Test", parsed)
	want := "t.json: resource \"A\": the type X::D is not supported by the local machine [unsupported-resource]\n    at /Resources/A\n    hint: did you mean X::A? -allow-missing goes on without it"
	if err == nil || err.Error() != want || len(m.log) > 0 {
		t.Errorf("made %q: %v", m.log, err)
	}
	engine.AllowMissing = true
	if problems := engine.Check(parsed); problems.HasErrors() || len(problems) != 1 || problems[0].Severity != diag.Warning {
		t.Errorf("problems: %v", problems)
	}
	stack, err := engine.Create(t.Context(), "Test", parsed)
	if err != nil || !stack.Made[0].Missing {
		t.Fatalf("%+v, %v", stack, err)
	}
	if d := cmp.Diff([]string{`+B {"p":"missing:A","q":"missing:A.Arn"}`}, m.log); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if err := stack.Delete(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	m := &maker{}
	engine := &template.Engine{Providers: []wire.Provider{m}, Progress: func(template.Made) { cancel() }}
	_, err := engine.Create(ctx, "Test", parse(t, `{"Resources":{"A":{"Type":"X::A"},"B":{"Type":"X::B"}}}`))
	if !errors.Is(err, context.Canceled) || !slices.Equal(m.log, []string{"+A {}", "-ref-A"}) {
		t.Errorf("%q, %v", m.log, err)
	}
}

// Whatever stands in a template: it is read or refused, and what is read can be made or fails with an error.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"Resources":{"A":{"Type":"X::A","Properties":{"p":{"Fn::Sub":["${x}${B.Arn}${!y}",{"x":{"Ref":"AWS::Region"}}]}}},"B":{"Type":"X::B"}}}`,
		`{"Resources":{"A":{"Type":"X::A","Condition":"C"}},"Conditions":{"C":{"Fn::Or":[{"Fn::Equals":[{"Ref":"P"},"1"]},{"Condition":"C"}]}},"Parameters":{"P":{"Default":1}}}`,
		`{"Resources":{"A":{"Type":"X::A","Properties":{"p":{"Fn::Select":[9,{"Fn::Split":["-",{"Fn::Join":["-",[{"Ref":"A"}]]}]}]}}}},"Outputs":{"O":{"Value":{"Ref":"A"}}}}`,
		`{"Resources":{"A":{"Type":"X::A","DependsOn":["B","B"]},"B":{"Type":"Y","Metadata":[]}}}`, `{"Resources":{"":{"Type":"X::A"}}}`, `{`,
		`{"Resources":{"A":{"Type":"X::A","Properties":{"p":{"Fn::Sub":"${B}"}}},"B":{}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		parsed, problems := template.Parse("t.json", src, settings)
		if (parsed == nil) != problems.HasErrors() {
			t.Fatalf("a template with the problems %v is %v", problems, parsed)
		}
		if parsed == nil {
			return
		}
		order, stuck := parsed.Order()
		if len(stuck) > 0 || len(order) != len(parsed.Resources) {
			t.Fatalf("order %q, stuck %q", order, stuck)
		}
		stack, err := (&template.Engine{Providers: []wire.Provider{&maker{}}, AllowMissing: true}).Create(t.Context(), "Test", parsed)
		if err == nil && len(stack.Made) != len(order) {
			t.Fatalf("made %d of %d", len(stack.Made), len(order))
		}
	})
}

func BenchmarkParseAndCreate(b *testing.B) {
	var resources []string
	for i := range 100 {
		resources = append(resources, fmt.Sprintf(`"R%d":{"Type":"X::A","Properties":{"p":{"Fn::Join":["",["a",{"Ref":"R%d"}]]}}}`, i, max(0, i-1)))
	}
	src := []byte(`{"Resources":{` + strings.Replace(strings.Join(resources, ","), `{"Ref":"R0"}`, `"x"`, 1) + `}}`)
	b.ReportAllocs()
	for b.Loop() {
		t, problems := template.Parse("t.json", src, settings)
		if problems.HasErrors() {
			b.Fatal(problems.Err())
		}
		if _, err := (&template.Engine{Providers: []wire.Provider{&maker{}}}).Create(b.Context(), "Test", t); err != nil {
			b.Fatal(err)
		}
	}
}
