// A roll of tickets: two workers claim eight rows, and each row is claimed once.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// ANCHOR: tickets
func main() {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for {
				row := next.Add(1) - 1 // Add returns the new value
				if row >= 8 {
					return
				}
				fmt.Println("row", row)
			}
		})
	}
	workers.Wait()
}

// ANCHOR_END: tickets
