// A barrier on one processor: each cook waits until both have arrived.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// ANCHOR: meeting
func main() {
	runtime.GOMAXPROCS(1)
	var arrived, finished sync.WaitGroup
	arrived.Add(2)
	for range 2 {
		finished.Go(func() {
			fmt.Println("a cook arrives")
			arrived.Done()
			arrived.Wait() // for both
			fmt.Println("a cook goes on")
		})
	}
	finished.Wait()
}

// ANCHOR_END: meeting
