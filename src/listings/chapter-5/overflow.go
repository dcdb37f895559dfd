// A processor's queue has 256 places. What happens to the 258th goroutine?
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// ANCHOR: overflow
func main() {
	runtime.GOMAXPROCS(1)
	order := make(chan int, 300)
	var tasks sync.WaitGroup
	for i := range 300 {
		tasks.Go(func() { order <- i })
	}
	tasks.Wait()
	close(order)
	printStretches(order)
}

// ANCHOR_END: overflow

// printStretches prints neighbours that follow each other as one stretch.
func printStretches(order <-chan int) {
	first, last := -1, -2
	for i := range order {
		if i != last+1 {
			printStretch(first, last)
			first = i
		}
		last = i
	}
	printStretch(first, last)
}

func printStretch(first, last int) {
	switch {
	case last < 0:
	case first == last:
		fmt.Println(first)
	default:
		fmt.Printf("%d to %d\n", first, last)
	}
}
