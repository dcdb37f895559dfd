// Two goroutines sleep on one processor.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// ANCHOR: sleeping
func main() {
	runtime.GOMAXPROCS(1)
	start := time.Now()
	var dishes sync.WaitGroup
	for _, minutes := range []int{3, 2} {
		dishes.Go(func() {
			time.Sleep(time.Duration(minutes) * 100 * time.Millisecond)
		})
	}
	dishes.Wait()
	fmt.Println(time.Since(start).Milliseconds()/100, "minutes")
}

// ANCHOR_END: sleeping
