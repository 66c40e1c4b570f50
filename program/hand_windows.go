package program

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/stepwright/stepwright/program/serve"
)

// hand gives a process the two pipes.
func hand(cmd *exec.Cmd, requests, replies *os.File) {
	in, out := syscall.Handle(requests.Fd()), syscall.Handle(replies.Fd())
	for _, h := range []syscall.Handle{in, out} {
		_ = syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{AdditionalInheritedHandles: []syscall.Handle{in, out}}
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d,%d", serve.PipesVar, in, out))
}

// dump makes a Go program say where it is, and end. Windows has no way to ask for it.
func dump(*os.Process) bool { return false }
