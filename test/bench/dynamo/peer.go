package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// peerPackage is what a user would run instead.
const peerPackage = "dynalite@4.0.0"

// A peer is dynalite in a scratch folder, running.
type peer struct {
	dir, url string
	cmd      *exec.Cmd
}

// install fetches the peer with npm and starts it.
func install(ctx context.Context) (*peer, error) {
	if _, err := exec.LookPath("npm"); err != nil {
		return nil, fmt.Errorf("npm is not there: %w", err)
	}
	dir, err := os.MkdirTemp("", "stepwright-bench-")
	if err != nil {
		return nil, err
	}
	p := &peer{dir: dir}
	npm := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", dir, peerPackage)
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		line, _, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
		return nil, errors.Join(fmt.Errorf("npm cannot install %s: %w: %s", peerPackage, err, line), p.close())
	}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// start runs the peer on a free port and waits until it listens.
func (p *peer) start(ctx context.Context) error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := l.Addr().(*net.TCPAddr)
	if err := l.Close(); err != nil {
		return err
	}
	p.url = "http://" + address.String()
	p.cmd = exec.CommandContext(ctx, "node", filepath.Join(p.dir, "node_modules", "dynalite", "cli.js"), "--port", strconv.Itoa(address.Port), "--createTableMs", "0")
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start the peer: %w", err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		c, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp4", address.String())
		if err == nil {
			return c.Close()
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("the peer does not listen: %w", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// close ends the peer and removes its folder.
func (p *peer) close() error {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill() // it may be gone
		_ = p.cmd.Wait()
	}
	return os.RemoveAll(p.dir)
}
