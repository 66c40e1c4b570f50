// Stepwright checks, prints, draws and runs AWS Step Functions workflows.
//
// Run it without arguments for help. Exit status: 0 when all is well, 1 when a workflow or the machine has problems,
// 2 when the command was used wrongly.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], &streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}
