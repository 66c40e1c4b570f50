package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// atOnce is how many pieces of work a worker takes at a time.
const atOnce = 8

// inParallel does n pieces of work that do not concern each other on all processors, and waits for the last.
func inParallel(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+atOnce-1)/atOnce)
	if workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var taken atomic.Int64
	work := func() {
		for {
			end := int(taken.Add(atOnce))
			if end-atOnce >= n {
				return
			}
			for i := end - atOnce; i < min(end, n); i++ {
				do(i)
			}
		}
	}
	var others sync.WaitGroup
	for range workers - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
