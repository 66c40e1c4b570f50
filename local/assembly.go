package local

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// An assembly is one stack of a cloud assembly, the folder that `cdk synth` writes.
type assembly struct {
	folder      string
	stack       string // the stack's name
	environment string // "aws://111122223333/eu-north-1"; with unknown-account or unknown-region where it is open
	template    string // the template's file
	body        []byte
	assets      map[string]string // bucket + "/" + key → folder or file
}

// maxManifest bounds what is read of a file that ought to be small.
const maxManifest = 64 << 20

// readAssembly reads the manifest of the folder and the stack of that name; without a name the only one.
func readAssembly(folder, stack string) (*assembly, error) {
	manifest, err := readJSON(filepath.Join(folder, "manifest.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no cloud assembly: it has no manifest.json; synthesize one with `cdk synth`, or name its folder", folder)
	}
	if err != nil {
		return nil, err
	}
	id, artifact, err := choose(manifest.Get("artifacts"), stack)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	a := &assembly{folder: folder, stack: artifact.Path("properties", "stackName").Str(), environment: artifact.Get("environment").Str(), assets: map[string]string{}}
	if a.stack == "" {
		a.stack = id
	}
	if a.template, err = a.inside(artifact.Path("properties", "templateFile").Str()); err != nil {
		return nil, fmt.Errorf("stack %s: templateFile: %w", id, err)
	}
	if a.body, err = readFile(a.template); err != nil {
		return nil, fmt.Errorf("stack %s: %w", id, err)
	}
	return a, a.readAssets(manifest.Get("artifacts"), artifact)
}

func readJSON(file string) (value.Value, error) {
	b, err := readFile(file)
	if err != nil {
		return value.Value{}, err
	}
	v, err := value.Parse(b)
	if err == nil && !v.IsObject() {
		err = fmt.Errorf("it must hold a JSON object, not a JSON %s", v.Kind())
	}
	if err != nil {
		return value.Value{}, fmt.Errorf("read %s: %w", file, err)
	}
	return v, nil
}

func readFile(file string) ([]byte, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the cloud assembly: %w", err)
	case !info.Mode().IsRegular() || info.Size() > maxManifest:
		return nil, fmt.Errorf("read the cloud assembly: %s is no file of at most %d MiB", file, maxManifest>>20)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the cloud assembly: %w", err)
	}
	return b, nil
}

// choose finds the artifact of a stack, by its id in the assembly or by its name.
func choose(artifacts value.Value, stack string) (string, value.Value, error) {
	found := map[string]value.Value{}
	for id, v := range artifacts.Members() {
		if v.Get("type").Str() == "aws:cloudformation:stack" {
			found[id] = v
		}
	}
	names := strings.Join(slices.Sorted(maps.Keys(found)), ", ")
	if stack == "" && len(found) == 1 {
		for id, v := range found {
			return id, v, nil
		}
	}
	for id, v := range found {
		if stack != "" && (id == stack || v.Path("properties", "stackName").Str() == stack) {
			return id, v, nil
		}
	}
	switch {
	case len(found) == 0:
		return "", value.Value{}, errors.New("the cloud assembly has no stack")
	case stack == "":
		return "", value.Value{}, fmt.Errorf("the cloud assembly has several stacks; choose one of %s", names)
	}
	return "", value.Value{}, fmt.Errorf("the cloud assembly has no stack %q; it has %s", stack, names)
}

// inside gives the path of a file that the assembly names, which must be in its folder.
func (a *assembly) inside(name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("%q is not inside the cloud assembly", name)
	}
	return filepath.Join(a.folder, filepath.FromSlash(name)), nil
}

// readAssets reads the asset manifests that the stack depends on.
func (a *assembly) readAssets(artifacts, stack value.Value) error {
	for _, id := range stack.Get("dependencies").Elements() {
		artifact := artifacts.Get(id.Str())
		if artifact.Get("type").Str() != "cdk:asset-manifest" {
			continue
		}
		file, err := a.inside(artifact.Path("properties", "file").Str())
		if err != nil {
			return fmt.Errorf("asset manifest %s: %w", id.Str(), err)
		}
		manifest, err := readJSON(file)
		if err != nil {
			return err
		}
		if err := a.readFiles(manifest.Get("files")); err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
	}
	return nil
}

func (a *assembly) readFiles(files value.Value) error {
	for id, f := range files.Members() {
		path, err := a.inside(f.Path("source", "path").Str())
		if err != nil {
			return fmt.Errorf("asset %s: %w", id, err)
		}
		for _, d := range f.Get("destinations").Members() {
			a.assets[d.Get("bucketName").Str()+"/"+d.Get("objectKey").Str()] = path
		}
	}
	return nil
}

// account fills what is open in want with what the stack's environment says, and then with defaults.
func (a *assembly) account(want wire.Account) wire.Account {
	id, region, _ := strings.Cut(strings.TrimPrefix(a.environment, "aws://"), "/")
	if want.ID == "" && id != "unknown-account" {
		want.ID = id
	}
	if want.Region == "" && region != "unknown-region" {
		want.Region = region
	}
	return want
}

// asset gives the folder that a function's code is in. Bucket and key are as the template gives them, resolved;
// the asset manifest has them with placeholders.
func (a *assembly) asset(account wire.Account, bucket, key string) (folder string, ok bool) {
	fill := strings.NewReplacer("${AWS::AccountId}", account.ID, "${AWS::Region}", account.Region, "${AWS::Partition}", account.Partition)
	for at, path := range a.assets {
		if fill.Replace(at) == bucket+"/"+key {
			return path, true
		}
	}
	return "", false
}
