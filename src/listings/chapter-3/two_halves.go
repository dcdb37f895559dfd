// The parallel array job for two workers and one job: a sum.
package main

import (
	"fmt"
	"sync"
)

func sum(values []int) int {
	total := 0
	for _, value := range values {
		total += value
	}
	return total
}

// ANCHOR: two_halves
func sumOfHalves(values []int) int {
	middle := len(values) / 2
	var left, right int
	var workers sync.WaitGroup
	workers.Go(func() { left = sum(values[:middle]) })
	workers.Go(func() { right = sum(values[middle:]) })
	workers.Wait()
	return left + right
}

// ANCHOR_END: two_halves

func main() {
	values := make([]int, 1000)
	for i := range values {
		values[i] = i + 1
	}
	fmt.Println(sumOfHalves(values))
}
