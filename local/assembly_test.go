package local_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local"
)

const oneStack = `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}}}}`

// Every assembly that cannot be brought up is refused with one clear message, and nothing is left running.
func TestBadAssemblies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files   map[string]string
		options local.Options
		want    string
	}{
		"no assembly":        {nil, local.Options{}, "DIR is no cloud assembly: it has no manifest.json; synthesize one with `cdk synth`, or name its folder"},
		"broken manifest":    {map[string]string{"manifest.json": `{`}, local.Options{}, "read DIR/manifest.json: 1:2: "},
		"manifest no object": {map[string]string{"manifest.json": `[]`}, local.Options{}, "read DIR/manifest.json: it must hold a JSON object, not a JSON array"},
		"no stack":           {map[string]string{"manifest.json": `{}`}, local.Options{}, "DIR: the cloud assembly has no stack"},
		"another stack":      {map[string]string{"manifest.json": oneStack}, local.Options{Stack: "T"}, `DIR: the cloud assembly has no stack "T"; it has S`},
		"several stacks":     {map[string]string{"manifest.json": strings.Replace(oneStack, `"S":`, `"T":{"type":"aws:cloudformation:stack"},"S":`, 1)}, local.Options{}, "DIR: the cloud assembly has several stacks; choose one of S, T"},
		"no template":        {map[string]string{"manifest.json": oneStack}, local.Options{}, "stack S: read the cloud assembly: stat DIR/t.json: no such file or directory"},
		"a way out":          {map[string]string{"manifest.json": strings.Replace(oneStack, "t.json", "../t.json", 1)}, local.Options{}, `stack S: templateFile: "../t.json" is not inside the cloud assembly`},
		"an asset outside":   {map[string]string{"manifest.json": `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"},"dependencies":["A"]},"A":{"type":"cdk:asset-manifest","properties":{"file":"a.json"}}}}`, "t.json": `{}`, "a.json": `{"files":{"f":{"source":{"path":"/etc"}}}}`}, local.Options{}, `read DIR/a.json: asset f: "/etc" is not inside the cloud assembly`},
		"broken template":    {map[string]string{"manifest.json": oneStack, "t.json": `{"Resources":1`}, local.Options{}, "the stack S cannot be brought up:\nDIR/t.json: the template is not JSON: 1:15: "},
		"unsupported type": {map[string]string{"manifest.json": oneStack, "t.json": `{"Resources":{"Cache":{"Type":"AWS::ElastiCache::CacheCluster"}}}`}, local.Options{}, `the stack S cannot be brought up:
DIR/t.json: resource "Cache": the type AWS::ElastiCache::CacheCluster is not supported by the local machine [unsupported-resource]
    at /Resources/Cache
    hint: -allow-missing goes on without it`},
		"unsupported function": {map[string]string{"manifest.json": oneStack, "t.json": `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Fn::ImportValue":"x"}}}}}`}, local.Options{}, `the stack S cannot be brought up:
DIR/t.json: resource "Q" (AWS::SQS::Queue): Fn::ImportValue is not supported by the local machine [unsupported-function]
    at /Resources/Q/Properties/QueueName/Fn::ImportValue
    hint: it knows Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split, Fn::If and Fn::Base64`},
		"unsupported property":    {map[string]string{"manifest.json": oneStack, "t.json": `{"Resources":{"B":{"Type":"AWS::S3::Bucket","Properties":{"ReplicationConfiguration":{}}}}}`}, local.Options{}, "the stack S cannot be brought up:\ncreate \"B\" (AWS::S3::Bucket): the property ReplicationConfiguration is not supported by the local S3"},
		"a function without code": {map[string]string{"manifest.json": oneStack, "t.json": `{"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Runtime":"provided.al2023","Handler":"H","Role":"arn:aws:iam::000000000000:role/r","Code":{"S3Bucket":"b","S3Key":"k"}}}}}`}, local.Options{}, "the stack S cannot be brought up:\ncreate \"F\" (AWS::Lambda::Function): property Code names s3://b/k, which is no asset of this assembly"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			c.options.Assembly = dir
			m, err := local.Start(t.Context(), c.options)
			if err == nil {
				t.Fatal("it came up", m.Close())
			}
			if got := strings.ReplaceAll(err.Error(), dir, "DIR"); !strings.HasPrefix(got, c.want) {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAllowMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for file, text := range map[string]string{
		"manifest.json": strings.Replace(oneStack, `"properties"`, `"environment":"aws://444455556666/eu-west-3","properties"`, 1),
		"t.json":        `{"Resources":{"Cache":{"Type":"AWS::ElastiCache::CacheCluster"},"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"q"}}},"Outputs":{"Q":{"Value":{"Fn::GetAtt":["Q","Arn"]}},"C":{"Value":{"Ref":"Cache"}}}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	m := start(t, local.Options{Assembly: dir, AllowMissing: true, Out: &out})
	if got := m.Outputs(); got["Q"] != "arn:aws:sqs:eu-west-3:444455556666:q" || got["C"] != "missing:Cache" {
		t.Errorf("outputs: %v", got)
	}
	for _, want := range []string{"warning: resource \"Cache\": the type AWS::ElastiCache::CacheCluster is not supported by the local machine", "missing  Cache ", "created  Q "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}
