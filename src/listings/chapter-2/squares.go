// Three workers square nine numbers: each writes to a part of the results that is its own.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: squares
func main() {
	numbers := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}
	squares := make([]int, len(numbers))
	var workers sync.WaitGroup
	for start := 0; start < len(numbers); start += 3 {
		workers.Go(func() {
			for i := start; i < start+3; i++ {
				squares[i] = numbers[i] * numbers[i]
			}
		})
	}
	workers.Wait()
	fmt.Println(squares)
}

// ANCHOR_END: squares
