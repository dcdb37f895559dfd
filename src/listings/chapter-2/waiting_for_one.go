// Eight rows of uneven work for two workers. A row's number is its cost.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: waiting_for_one
func main() {
	rows := []int{1, 1, 2, 4, 9, 9, 9, 9}
	middle := len(rows) / 2
	done := make([]int, 2)
	var workers sync.WaitGroup
	for worker, share := range [][]int{rows[:middle], rows[middle:]} {
		workers.Go(func() {
			for _, cost := range share {
				done[worker] += cost // compute a row
			}
		})
	}
	workers.Wait()
	fmt.Println("units of work:", done)
}

// ANCHOR_END: waiting_for_one
