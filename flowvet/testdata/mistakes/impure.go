package mistakes

import (
	crand "crypto/rand"
	"fmt"
	"maps"
	"math/rand"
	rand2 "math/rand/v2"
	"os"
	"sync"
	"time"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
)

var (
	ticks   int
	last    *shop.Order
	state   struct{ n int }
	regions = map[string]string{"eu": "Europe", "us": "America"}
)

var _ = flow.Standard("Impure", func(f *flow.Flow, o *shop.Order) *shop.Order {
	flow.Wait(f, time.Now().String(), time.Second)      // want `time.Now is called while the workflow is being written: the function does not write the same workflow twice \[not-repeatable\]`
	_ = time.Since(time.Time{})                         // want `time.Since is called`
	time.Sleep(0)                                       // want `time.Sleep is called`
	flow.Wait(f, fmt.Sprint(rand.Intn(3)), time.Second) // want `rand.Intn is called`
	_ = rand2.IntN(3)                                   // want `rand.IntN is called`
	_, _ = crand.Read(nil)                              // want `rand.Read is called`
	_ = rand.New(rand.NewSource(1))
	_ = os.Getenv("STAGE")                  // want `warning: os.Getenv is called while the workflow is being written`
	if _, ok := os.LookupEnv("STAGE"); ok { // want `os.LookupEnv is called`
		return nil
	}
	ticks++                           // want `warning: the package variable ticks is changed`
	ticks = 3                         // want `the package variable ticks is changed`
	last = o                          // want `the package variable last is changed`
	state.n = 3                       // want `the package variable state is changed`
	regions["x"] = "y"                // want `the package variable regions is changed`
	go flow.Continue()                // want `a goroutine is started`
	go flow.Wait(f, "G", time.Second) // want `another goroutine than the workflow function's writes the workflow \[other-goroutine\]`
	var wg sync.WaitGroup
	wg.Go(func() { rest(f, "H") }) // want `another goroutine than the workflow function's`
	wg.Go(flow.Continue)           // want `a goroutine is started`
	ch := make(chan int, 1)
	<-ch     // want `a channel is read`
	select { // want `a select waits for what comes first`
	case <-ch: // want `a channel is read`
	case ch <- 1:
	}
	for range ch { // want `a channel is read`
		break
	}
	for name := range regions { // want `a Go map is ranged over while the workflow is being written`
		flow.Wait(f, name, time.Second)
	}
	for name := range maps.Keys(regions) { // want `a Go map is ranged over`
		rest(f, name)
	}
	_ = shop.Now() // want `time.Now is called in Now \(shop.go:\d+\) while the workflow is being written`
	_ = stamp()    // want `time.Now is called in stamp \(impure.go:\d+\)`
	p := flow.Parallel(f, "P")
	flow.Branch(p, func(*flow.Flow) *shop.Order {
		time.Sleep(time.Second) // want `time.Sleep is called`
		return o
	})
	flow.Choice(f, "C").When(flow.True(&o.Express), func() {
		_ = os.Getenv("X") // want `os.Getenv is called`
	})
	return o
})

func stamp() string { return time.Now().String() }
