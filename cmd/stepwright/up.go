package main

import (
	"context"
	"flag"
	"os"

	"github.com/stepwright/stepwright/local"
)

type upFlags struct {
	env, stack   string
	port         int
	allowMissing bool
	virtual      bool
}

func upCommand() *command {
	return &command{
		name: "up", usage: "[ASSEMBLY] [-env FILE]", short: "bring a synthesized stack up on this machine",
		long: `
Examples:
  stepwright up cdk.out -env local.env     # what 'cdk synth' wrote
  stepwright up -port 4566                 # empty services
  stepwright up -virtual -env local.env    # then: curl -d 24h $STEPWRIGHT_CLOCK

ASSEMBLY is the folder of a cloud assembly; without it, cdk.out is taken if there is one, and else the services are
empty. Everything listens on one loopback port. The keys change with every start: -env writes them, the endpoint and
the region to a file that only you can read, for 'set -a; . local.env; set +a'. Ctrl-C takes everything down. What is
only imitated says so in its answers: simulated.`,
		flags: func(f *flag.FlagSet) any {
			k := &upFlags{}
			f.StringVar(&k.env, "env", "", "write AWS_ENDPOINT_URL, region and keys to `FILE` once the machine listens")
			f.StringVar(&k.stack, "stack", "", "bring up the stack called `NAME`, if the assembly has several")
			f.IntVar(&k.port, "port", 0, "listen on port `N` of 127.0.0.1; 0 is a free one")
			f.BoolVar(&k.allowMissing, "allow-missing", false, "go on without resources whose type is not supported")
			f.BoolVar(&k.virtual, "virtual", false, "give the machine a time of its own: it passes by itself while nothing is at work, and on curl -d 24h $STEPWRIGHT_CLOCK")
			return k
		},
		run: up,
	}
}

// defaultAssembly is where the CDK's command line writes.
const defaultAssembly = "cdk.out"

func up(ctx context.Context, s *streams, flags any, args []string) error {
	k := flags.(*upFlags)
	o := local.Options{Stack: k.stack, Port: k.port, AllowMissing: k.allowMissing, Virtual: k.virtual, Out: s.out}
	switch {
	case len(args) > 1:
		return misuse("up: there are %d arguments; expected one assembly's folder, such as cdk.out", len(args))
	case len(args) == 1:
		o.Assembly = args[0]
	case isFolder(defaultAssembly):
		o.Assembly = defaultAssembly
	}
	if k.port < 0 || k.port > 65535 {
		return misuse("up: there is no port %d; expected 0 to 65535", k.port)
	}
	return local.Up(ctx, o, k.env)
}

func isFolder(name string) bool {
	i, err := os.Stat(name)
	return err == nil && i.IsDir()
}
