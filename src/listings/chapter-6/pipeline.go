// A pipeline: numbers, two goroutines that square them, and one that gathers.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: stages
func numbers(count int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for number := range count {
			out <- number
		}
	}()
	return out
}

func squares(in <-chan int, workers int) <-chan int {
	out := make(chan int)
	var squaring sync.WaitGroup
	for range workers {
		squaring.Go(func() {
			for number := range in {
				out <- number * number
			}
		})
	}
	go func() {
		squaring.Wait()
		close(out) // after the last of them, and once
	}()
	return out
}

// ANCHOR_END: stages

// ANCHOR: main
func main() {
	sum := 0
	for square := range squares(numbers(10), 2) {
		sum += square
	}
	fmt.Println(sum)
}

// ANCHOR_END: main
