// The mutex stands beside what it protects.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: shared
func main() {
	var mutex sync.Mutex
	served := 0
	var cooks sync.WaitGroup
	for range 4 {
		cooks.Go(func() {
			for range 1000 {
				mutex.Lock()
				served++
				mutex.Unlock()
			}
		})
	}
	cooks.Wait()
	fmt.Println(served)
}

// ANCHOR_END: shared
