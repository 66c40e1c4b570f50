//go:build unix && !linux

package lambda

import "syscall"

// ownGroup puts a child at the head of its own process group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
