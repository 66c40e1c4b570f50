package lambda

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// A builds remembers what has been built, so that the functions of one pipeline share one build.
type builds struct {
	mu   sync.Mutex
	done map[string]*build
}

type build struct {
	once    sync.Once
	program string
	err     error
}

// program is the file to run for f: its packaged bootstrap, or its package built for this machine.
func (s *Service) program(ctx context.Context, f Function) (string, error) {
	packaged, err := filepath.Abs(filepath.Join(f.Dir, "bootstrap"))
	if err != nil {
		return "", fmt.Errorf("find the bootstrap: %w", err)
	}
	why := "it has no code"
	if f.Dir != "" {
		if why = misfit(packaged); why == "" {
			return packaged, nil
		}
	}
	if f.Package == "" {
		return "", fmt.Errorf("%s, and no Go package is named in its Metadata (%s) to build it from", why, PackageMetadata)
	}
	s.builds.mu.Lock()
	if s.builds.done == nil {
		s.builds.done = map[string]*build{}
	}
	b := s.builds.done[f.Package]
	if b == nil {
		b = &build{}
		s.builds.done[f.Package] = b
	}
	s.builds.mu.Unlock()
	b.once.Do(func() {
		s.say("building %s for %s/%s: %s", f.Package, runtime.GOOS, runtime.GOARCH, why)
		b.program, b.err = s.build(ctx, f.Package)
	})
	if b.err != nil { // the next attempt may do better
		s.builds.mu.Lock()
		if s.builds.done[f.Package] == b {
			delete(s.builds.done, f.Package)
		}
		s.builds.mu.Unlock()
	}
	return b.program, b.err
}

// build builds a main package. The Go build cache decides what is compiled anew; with a CacheDir an unchanged
// program is not even linked again.
func (s *Service) build(ctx context.Context, pkg string) (string, error) {
	root := s.config.CacheDir
	if root == "" {
		root = s.temp
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", fmt.Errorf("find the folder for built programs: %w", err)
	}
	key := sha256.Sum256([]byte(s.config.SourceDir + "\x00" + pkg))
	dir := filepath.Join(root, hex.EncodeToString(key[:12])+"-"+runtime.GOOS+"-"+runtime.GOARCH)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a folder for the program: %w", err)
	}
	program := filepath.Join(dir, "bootstrap")
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", fmt.Errorf("build %s: there is no go command in PATH; install Go, or package the function for %s/%s", pkg, runtime.GOOS, runtime.GOARCH)
	}
	cmd := exec.CommandContext(ctx, tool, "build", "-tags", "lambda.norpc", "-trimpath", "-o", program, pkg)
	cmd.Dir = s.config.SourceDir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	var says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &says, &says
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, bytes.TrimSpace(says.Bytes()))
	}
	return program, nil
}

// misfit says why a file cannot run on this machine; empty when it can.
func misfit(path string) string {
	f, err := elf.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "its code has no file bootstrap"
	case err != nil && isScript(path):
		return ""
	case err != nil:
		return fmt.Sprintf("its bootstrap is no program for Linux (%v)", err)
	}
	defer f.Close()
	if runtime.GOOS != "linux" {
		return "its bootstrap is for linux, and this is " + runtime.GOOS
	}
	if want, ok := machines[runtime.GOARCH]; !ok || f.Machine != want {
		return fmt.Sprintf("its bootstrap is for %s, and this processor is %s", f.Machine, runtime.GOARCH)
	}
	return ""
}

var machines = map[string]elf.Machine{
	"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "386": elf.EM_386, "arm": elf.EM_ARM,
	"riscv64": elf.EM_RISCV, "ppc64le": elf.EM_PPC64, "s390x": elf.EM_S390, "loong64": elf.EM_LOONGARCH,
}

// isScript tells whether a file begins with #!, as a bootstrap may on AWS too.
func isScript(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [2]byte
	n, _ := f.Read(head[:])
	return n == 2 && string(head[:]) == "#!"
}
