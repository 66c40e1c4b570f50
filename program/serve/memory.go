package serve

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"time"
)

// maxMemory is far more than a workflow of thousands of states takes while it is written.
const maxMemory = 2 << 30

// watch ends the process with a trace when it takes more memory than most, until stop is called: a loop without an end
// would else take all there is before its time is over.
func watch(most uint64, end func(trace []byte)) (stop func()) {
	done := make(chan struct{})
	go func() {
		for tick := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				if n := inUse(); n > most {
					tick.Stop()
					end(traces())
					return
				}
			}
		}
	}()
	return func() { close(done) }
}

func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

func traces() []byte {
	b := make([]byte, 1<<20)
	return b[:runtime.Stack(b, true)]
}

// outOfMemory ends the process as the Go runtime does.
func outOfMemory(trace []byte) {
	fmt.Fprintf(os.Stderr, "fatal error: more than %d GiB of memory are in use\n\n%s", maxMemory>>30, trace)
	os.Exit(2)
}
