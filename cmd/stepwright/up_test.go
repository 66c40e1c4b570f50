package main

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// startUp runs `stepwright up` as a process of its own and waits until it has written its variables.
func startUp(t *testing.T, args ...string) (env map[string]string, file string, stop func() error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "local.env")
	cmd := exec.CommandContext(t.Context(), self, append([]string{"up", "-env", file}, args...)...)
	cmd.Args[0] = "stepwright"
	cmd.Env = append(os.Environ(), "STEPWRIGHT_TEST_COMMAND=1")
	cmd.Dir = t.TempDir()
	var out bytes.Buffer
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(pipe); ; { // its greeting comes once it listens and the file is there
		if !lines.Scan() {
			t.Fatalf("up ended before it listened: %s", out.String())
		}
		if strings.Contains(lines.Text(), "listens on") {
			break
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	env = map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = value
	}
	return env, file, func() error {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			return err
		}
		return cmd.Wait()
	}
}

func TestUpServesEmptyServices(t *testing.T) {
	t.Parallel()
	env, file, stop := startUp(t)
	if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("the file of variables: %v, %v; expected mode 0600", i, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(env["AWS_REGION"]), config.WithBaseEndpoint(env["AWS_ENDPOINT_URL"]),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], "")))
	if err != nil {
		t.Fatal(err)
	}
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != "000000000000" {
		t.Errorf("GetCallerIdentity: %v, %v; expected the machine's own account", who, err)
	}
	res, err := http.Get(env["AWS_ENDPOINT_URL"])
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("an unsigned request got %s; expected 403", res.Status)
	}
	if err := stop(); err != nil {
		t.Errorf("up ended with %v; expected status 0 after an interrupt", err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file of variables is still there: its keys are worth nothing any more")
	}
}

func TestUpPortInUse(t *testing.T) {
	t.Parallel()
	env, _, stop := startUp(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(env["AWS_ENDPOINT_URL"], "http://"), ":")
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"up", "-port", port}, &streams{in: strings.NewReader(""), out: &out, err: &errs})
	if code != 1 || !strings.Contains(errs.String(), port) || strings.Count(errs.String(), "\n") != 1 {
		t.Errorf("status %d, %q; expected status 1 and one line that names the port", code, errs.String())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
