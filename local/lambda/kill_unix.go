//go:build unix

package lambda

import (
	"os"
	"syscall"
	"time"
)

// killGroup ends a process and everything it started.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }

// endGroup is killGroup for what is left when the process itself has ended. It waits until nothing is left, but not
// long: in some containers nobody buries the dead, who count as members.
func endGroup(p *os.Process) {
	for range 20 {
		if syscall.Kill(-p.Pid, syscall.SIGKILL) != nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
