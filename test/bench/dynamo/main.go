// Command dynamo measures the local machine's DynamoDB over HTTP beside npm dynalite, in one run and in turns, with the
// same client and the same items.
//
//	go run ./test/bench/dynamo
//	go run ./test/bench/dynamo -items 1000000 -alone
//
// dynalite is installed with npm into a scratch folder, which is removed again. Without Node, npm or a registry the
// table has our figures alone and says why. Exit status: 0 when everything was measured, 1 when something went wrong.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/stepwright/stepwright/local"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dynamo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("dynamo", flag.ContinueOnError)
	items := flags.Int("items", 100_000, "items in the table; the peer has a hundredth of them, because it takes minutes to fill")
	span := flags.Duration("time", time.Second, "how long each line is measured, each time")
	clients := flags.Int("clients", 2, "clients at the same time")
	rounds := flags.Int("rounds", 3, "how often each line is measured, in turn with the peer; the fastest round counts")
	alone := flags.Bool("alone", false, "leave the peer out")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *items < 100 || *clients < 1 || *rounds < 1 {
		return fmt.Errorf("-items must be at least 100, -clients and -rounds at least 1")
	}
	m, err := local.Start(ctx, local.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }() // the process ends
	ours := &side{name: "stepwright", clients: connect(m.URL(), m.Keys().AccessKeyID, m.Keys().SecretAccessKey, *clients), items: *items}
	sides := []*side{ours}
	if !*alone {
		p, err := install(ctx)
		if err != nil {
			fmt.Fprintln(out, "without the peer:", err)
		} else {
			defer func() { _ = p.close() }()
			sides = append(sides, &side{name: peerPackage, clients: connect(p.url, "none", "none", *clients), items: *items / 100})
		}
	}
	for _, s := range sides {
		if err := s.fill(ctx); err != nil {
			return fmt.Errorf("fill %s: %w", s.name, err)
		}
	}
	for range *rounds {
		for _, l := range lines {
			for _, s := range sides {
				if err := s.measure(ctx, l, *span); err != nil {
					return fmt.Errorf("measure %s: %s: %w", s.name, l.name, err)
				}
			}
		}
	}
	report(out, sides)
	return nil
}
