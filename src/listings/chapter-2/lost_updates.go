// Two goroutines count in one variable without any protection. It compiles, and `go vet` is content.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: lost_updates
func main() {
	count := 0
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for range 1_000_000 {
				count++
			}
		})
	}
	workers.Wait()
	fmt.Println(count)
}

// ANCHOR_END: lost_updates
