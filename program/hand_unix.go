//go:build unix

package program

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/stepwright/stepwright/program/serve"
)

// hand gives a process the two pipes.
func hand(cmd *exec.Cmd, requests, replies *os.File) {
	cmd.ExtraFiles = []*os.File{requests, replies}
	cmd.Env = append(os.Environ(), serve.PipesVar+"=3,4")
}

// dump makes a Go program say where it is, and end.
func dump(p *os.Process) bool { return p.Signal(syscall.SIGQUIT) == nil }
