package program

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// kept is how long a program that nobody uses stays in the cache.
const kept = 7 * 24 * time.Hour

// compile builds the package's program and gives its file. It is kept, so that the Go command finds it up to date the
// next time and does not link it again. unlock lets others build it anew; call it once the program has been started.
func (p *Package) compile(ctx context.Context) (file string, unlock func(), err error) {
	l, err := p.layout(ctx)
	if err != nil {
		return "", nil, err
	}
	if len(l.missing) > 0 && len(l.missing) == len(p.Vars) {
		return "", nil, misuse("%s is not exported by %s, which belongs to another module", strings.Join(l.missing, ", "), p.Path)
	}
	temp, err := os.MkdirTemp("", "stepwright-")
	if err != nil {
		return "", nil, fmt.Errorf("build the program: %w", err)
	}
	defer os.RemoveAll(temp)
	overlay, err := l.write(temp)
	if err != nil {
		return "", nil, err
	}
	dir, err := p.set.keep(p.key(l))
	if err != nil {
		return "", nil, err
	}
	unlock, err = lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", nil, fmt.Errorf("build the program: %w", err)
	}
	file = filepath.Join(dir, "workflows"+exe)
	args := []string{"build", "-buildvcs=false", "-ldflags=-s -w", "-overlay=" + overlay, "-o", file}
	if t := p.set.settings.Tags; t != "" {
		args = append(args, "-tags="+t)
	}
	if _, err = p.set.goCommand(ctx, append(args, l.target)...); err != nil {
		unlock()
		var failed *goError
		if errors.As(err, &failed) {
			return "", nil, p.explain(failed)
		}
		return "", nil, err
	}
	return file, unlock, nil
}

var exe = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

// explain tells the user's mistakes from a disagreement between the generated files and the module's version of flow.
func (p *Package) explain(failed *goError) error {
	if strings.Contains(failed.stderr, virtual) {
		return fmt.Errorf("the workflows of %s cannot be compiled into a program; does its module require another version of %s than this command's?\n%s",
			p.Path, module, strings.TrimSpace(failed.stderr))
	}
	return p.set.compilerSays(failed.stderr)
}

// key names the program in the cache: what is linked with it, and how.
func (p *Package) key(l layout) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", l.target, p.Dir, p.set.settings.Tags)
	for _, v := range []string{"GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED", "GOWORK", "GOTOOLCHAIN", "GOEXPERIMENT"} {
		fmt.Fprintf(h, "%s=%s\n", v, os.Getenv(v))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// keep gives the folder for a program. Programs that have not been used for a week are removed on the way.
func (s *Set) keep(key string) (string, error) {
	cache := s.settings.Cache
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			user = os.TempDir()
		}
		cache = filepath.Join(user, "stepwright")
	}
	dir := filepath.Join(cache, "programs", key)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("keep the program: %w", err)
	}
	now := time.Now()
	_ = os.Chtimes(dir, now, now)
	entries, _ := os.ReadDir(filepath.Dir(dir))
	for _, e := range entries {
		if i, err := e.Info(); err == nil && e.IsDir() && now.Sub(i.ModTime()) > kept {
			_ = os.RemoveAll(filepath.Join(filepath.Dir(dir), e.Name()))
		}
	}
	return dir, nil
}
