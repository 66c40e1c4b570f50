package lambda

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A code is what is known of a deployment package.
type code struct {
	sha256 string // in base64, as CodeSha256 has it
	size   int
	dir    string // where it was unpacked; empty if it is an asset's folder
}

// orOf is c, or what is known of the program if there was no package.
func (c code) orOf(program string) code {
	if c.sha256 != "" {
		return c
	}
	f, err := os.Open(program)
	if err != nil {
		return c
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return c
	}
	return code{sha256: base64.StdEncoding.EncodeToString(sum.Sum(nil)), size: int(n)}
}

// The limits of deployment packages.
const (
	maxZip      = 50 << 20  // of one that comes in the request
	maxUnpacked = 250 << 20 // of its files together
)

// readCode gets the package that a request names: ZipFile, or an object in S3.
func (s *Service) readCode(ctx context.Context, r *members.Reader) ([]byte, error) {
	text, bucket, key := r.String("ZipFile"), r.String("S3Bucket"), r.String("S3Key")
	version := r.String("S3ObjectVersion")
	if r.Has("ImageUri") {
		return nil, wire.Errorf("InvalidParameterValueException", "ImageUri is not supported by the local machine, which runs .zip packages only")
	}
	switch {
	case text != "" && bucket == "":
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, wire.Errorf("SerializationException", "ZipFile is not base64: %v", err)
		}
		if len(b) > maxZip {
			return nil, &wire.Error{Code: "RequestEntityTooLargeException", Message: fmt.Sprintf("the package has %d bytes; at most %d can be uploaded directly", len(b), maxZip), Status: 413}
		}
		return b, nil
	case text == "" && bucket != "" && key != "":
		return s.readObject(ctx, bucket, key, version)
	}
	return nil, wire.Errorf("InvalidParameterValueException", "Please provide a source for function code: ZipFile, or S3Bucket and S3Key")
}

func (s *Service) readObject(ctx context.Context, bucket, key, version string) ([]byte, error) {
	in := value.Object(value.M("Bucket", value.String(bucket)), value.M("Key", value.String(key)))
	if version != "" {
		in = in.With("VersionId", value.String(version))
	}
	out, err := s.config.Directory.Call(ctx, "s3", "GetObject", in)
	if err != nil {
		e := wire.AsError(err, "ServiceException")
		return nil, wire.Errorf("InvalidParameterValueException", "Error occurred while GetObject. S3 Error Code: %s. S3 Error Message: %s", e.Code, e.Message)
	}
	b, err := base64.StdEncoding.DecodeString(out.Get("Body").Str())
	if err != nil {
		return nil, fmt.Errorf("read s3://%s/%s: %w", bucket, key, err)
	}
	return b, nil
}

// unpack writes a package into a new folder of the service's own.
func (s *Service) unpack(b []byte) (code, error) {
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return code{}, wire.Errorf("InvalidParameterValueException", "Could not unzip uploaded file. Please check your file, then try to upload again.")
	}
	sum := sha256.Sum256(b)
	c := code{sha256: base64.StdEncoding.EncodeToString(sum[:]), size: len(b), dir: filepath.Join(s.temp, "code-"+newSecret())}
	if err := os.Mkdir(c.dir, 0o755); err != nil {
		return code{}, fmt.Errorf("make a folder for the code: %w", err)
	}
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return code{}, fmt.Errorf("open the folder for the code: %w", err)
	}
	defer root.Close()
	left := int64(maxUnpacked)
	for _, f := range r.File {
		if err := extract(root, f, &left); err != nil {
			return code{}, errors.Join(err, os.RemoveAll(c.dir))
		}
	}
	return c, nil
}

var errTooLarge = &wire.Error{Code: "InvalidParameterValueException", Message: fmt.Sprintf("Unzipped size must be smaller than %d bytes", maxUnpacked), Status: 400}

// extract writes one file of an archive. root keeps it from leaving its folder, through names and through links.
func extract(root *os.Root, f *zip.File, left *int64) error {
	name := filepath.FromSlash(f.Name)
	if !filepath.IsLocal(name) {
		return wire.Errorf("InvalidParameterValueException", "the package has a file %q, which would leave its folder", f.Name)
	}
	if strings.HasSuffix(f.Name, "/") {
		return root.MkdirAll(name, 0o755)
	}
	if !f.Mode().IsRegular() {
		return wire.Errorf("InvalidParameterValueException", "the package has %q, which is no plain file (%s)", f.Name, f.Mode().Type())
	}
	if dir := filepath.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("unpack %q: %w", f.Name, err)
		}
	}
	in, err := f.Open()
	if err != nil {
		return wire.Errorf("InvalidParameterValueException", "the package cannot be unpacked at %q: %v", f.Name, err)
	}
	defer in.Close()
	out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode().Perm()|0o400)
	if errors.Is(err, fs.ErrExist) {
		return wire.Errorf("InvalidParameterValueException", "the package has the file %q twice", f.Name)
	}
	if err != nil {
		return fmt.Errorf("unpack %q: %w", f.Name, err)
	}
	n, err := io.Copy(out, io.LimitReader(in, *left+1))
	if closed := out.Close(); err == nil {
		err = closed
	}
	*left -= n
	switch {
	case *left < 0:
		return errTooLarge
	case err != nil:
		return wire.Errorf("InvalidParameterValueException", "the package cannot be unpacked at %q: %v", f.Name, err)
	}
	return nil
}
