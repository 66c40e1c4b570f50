// Demo runs the image-tagging pipeline on this machine, from the typed Go function to labelled photographs.
//
// It compiles the workflow, synthesizes the CDK stack, brings that very stack up on the local machine, uploads every
// photograph of test/photos into its bucket, watches the executions that EventBridge starts, and leaves what came of
// it in out/demo. Photographs that must fail are among them, and are shown as expected. It ends with status 0 when
// every photograph ended as it should.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/test/photos"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

func main() {
	d := &demo{term: newTerm(os.Stdout)}
	flag.StringVar(&d.out, "out", filepath.Join("out", "demo"), "leave the results in `FOLDER`")
	flag.StringVar(&d.assembly, "assembly", os.Getenv("STEPWRIGHT_ASSEMBLY"), "use the cloud assembly in `FOLDER` instead of synthesizing one")
	flag.BoolVar(&d.keep, "keep", false, "keep the local machine running until interrupted")
	limit := flag.Duration("timeout", 10*time.Minute, "give up after `DURATION`; the first run compiles the CDK")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), "Demo runs the image-tagging pipeline on this machine.\n\nExamples:\n  go run ./test/demo\n  go run ./test/demo -keep\n\nFlags:\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	timed, cancel := context.WithTimeoutCause(ctx, *limit, fmt.Errorf("the demo took longer than %v; see -timeout", *limit))
	err := d.run(ctx, timed)
	cancel()
	if err != nil {
		if cause := context.Cause(timed); cause != nil && errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("%w (%w)", err, cause)
		}
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

type demo struct {
	out, assembly string
	keep          bool
	term          *term
	started       time.Time
}

// run carries out the demo within timed; what -keep adds is bounded by ctx only.
func (d *demo) run(ctx, timed context.Context) (err error) {
	d.started = time.Now()
	if err := os.RemoveAll(d.out); err != nil {
		return fmt.Errorf("empty the results' folder: %w", err)
	}
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		return fmt.Errorf("make the results' folder: %w", err)
	}
	machine, err := d.compile()
	if err != nil {
		return err
	}
	if d.assembly == "" {
		if d.assembly, err = d.synthesize(timed); err != nil {
			return err
		}
	}
	stack, err := d.up(timed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()
	s, err := newSession(timed, stack)
	if err != nil {
		return err
	}
	if err := d.process(timed, s, machine); err != nil {
		return err
	}
	d.term.say("")
	d.term.say("Results in %s: open %s in a browser; %.1f s in all.", d.out, filepath.Join(d.out, "index.html"), time.Since(d.started).Seconds())
	if d.keep {
		return d.serve(ctx, stack)
	}
	return nil
}

func (d *demo) compile() (*asl.Machine, error) {
	done := d.term.step("Compile the workflow")
	m, problems := imagetagging.ImageTagging.Build()
	if err := problems.Err(); err != nil {
		return nil, fmt.Errorf("the workflow has problems:\n%w", err)
	}
	text := asl.Print(m)
	file := filepath.Join(d.out, "image-tagging.asl.json")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return nil, fmt.Errorf("write the definition: %w", err)
	}
	done("%d bytes of Amazon States Language", len(text))
	return m, nil
}

func (d *demo) up(ctx context.Context) (*local.Machine, error) {
	done := d.term.step("Bring the stack up on the local machine")
	stack, err := local.Start(ctx, local.Options{Assembly: d.assembly, Out: d.term.detail()})
	if err != nil {
		return nil, fmt.Errorf("bring up the assembly in %s: %w", d.assembly, err)
	}
	done("%d resources at %s", len(stack.Resources()), stack.URL())
	return stack, nil
}

// process uploads the photographs and collects what becomes of them.
func (d *demo) process(ctx context.Context, s *session, machine *asl.Machine) error {
	done := d.term.step("Upload the photographs")
	if err := s.listen(ctx); err != nil {
		return err
	}
	for _, name := range photos.Names() {
		if err := s.upload(ctx, name, photos.Read(name)); err != nil {
			return err
		}
	}
	done("%d files to %s/%s", len(photos.Names()), s.bucket, prefix)
	done = d.term.step("Watch the executions that EventBridge starts")
	runs, err := s.watch(ctx, len(photos.Names()), d.term)
	if err != nil {
		return err
	}
	done("%d executions ended", len(runs))
	done = d.term.step("Collect the results")
	r, err := s.collect(ctx, d.out, machine, runs)
	if err != nil {
		return err
	}
	done("thumbnails, items.json, histories and drawings")
	d.term.table(r)
	return r.verdict()
}

// serve keeps the machine running and says how to talk to it.
func (d *demo) serve(ctx context.Context, stack *local.Machine) error {
	env := filepath.Join(d.out, "local.env")
	if err := stack.WriteEnv(env); err != nil {
		return fmt.Errorf("write %s: %w", env, err)
	}
	defer os.Remove(env) // its keys are worth nothing any more
	d.term.say("")
	d.term.say("The machine runs at %s until you press Ctrl-C. In another terminal:", stack.URL())
	bucket, _ := stack.Find("AWS::S3::Bucket", "PhotoBucket")
	d.term.say("  set -a; . %s; set +a", env)
	d.term.say("  aws s3 cp picture.jpg s3://%s/%s --endpoint-url $AWS_ENDPOINT_URL", bucket.Ref, prefix)
	d.term.say("  aws stepfunctions list-state-machines --endpoint-url $AWS_ENDPOINT_URL")
	<-ctx.Done()
	d.term.say("stopping")
	return nil
}
