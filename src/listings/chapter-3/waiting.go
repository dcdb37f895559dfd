// Ten tasks that wait, on one processor.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// ANCHOR: waiting
func main() {
	runtime.GOMAXPROCS(1)
	start := time.Now()
	var tasks sync.WaitGroup
	for range 10 {
		tasks.Go(func() {
			time.Sleep(100 * time.Millisecond)
		})
	}
	tasks.Wait()
	spent := time.Since(start)
	fmt.Println(spent.Milliseconds()/10*10, "ms")
}

// ANCHOR_END: waiting
