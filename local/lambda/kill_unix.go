//go:build unix

package lambda

import (
	"os"
	"syscall"
)

// killGroup ends a process and everything it started.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
