// The parallel array job in Go: any element, any result.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: map_reduce
func mapReduce[T, R any](values []T, workers int, mapChunk func([]T) R, reduce func(R, R) R) R {
	results := make([]R, workers)
	var running sync.WaitGroup
	for i := range workers {
		chunk := values[i*len(values)/workers : (i+1)*len(values)/workers]
		running.Go(func() { results[i] = mapChunk(chunk) })
	}
	running.Wait()
	total := results[0]
	for _, result := range results[1:] {
		total = reduce(total, result)
	}
	return total
}

// ANCHOR_END: map_reduce

func main() {
	words := []string{"go", "is", "not", "rust"}
	letters := func(chunk []string) int {
		total := 0
		for _, word := range chunk {
			total += len(word)
		}
		return total
	}
	add := func(a, b int) int { return a + b }
	for _, workers := range []int{1, 2, 3, 8} {
		fmt.Println(workers, "workers count", mapReduce(words, workers, letters, add), "letters")
	}
}
