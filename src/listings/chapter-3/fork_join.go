// Divide and conquer: a sum that forks until the pieces are small enough.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var forks atomic.Int64

func plainSum(values []int) int {
	total := 0
	for _, value := range values {
		total += value
	}
	return total
}

// ANCHOR: fork_join
func sum(values []int, grain int) int {
	if len(values) <= grain {
		return plainSum(values)
	}
	middle := len(values) / 2
	var right int
	var fork sync.WaitGroup
	forks.Add(1)
	fork.Go(func() {
		right = sum(values[middle:], grain)
	})
	left := sum(values[:middle], grain)
	fork.Wait()
	return left + right
}

// ANCHOR_END: fork_join

func main() {
	values := []int{1, 2, 3, 4, 5, 6, 7, 8}
	for _, grain := range []int{8, 4, 2, 1} {
		forks.Store(0)
		total := sum(values, grain)
		fmt.Printf("grain %d: sum %d, forks %d\n", grain, total, forks.Load())
	}
}
