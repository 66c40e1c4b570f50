package serve

import "syscall"

// closeOnExec keeps the pipes from programs that handlers start.
func closeOnExec(pipes ...uintptr) {
	for _, p := range pipes {
		syscall.CloseOnExec(syscall.Handle(p))
	}
}
