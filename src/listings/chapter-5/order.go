// In which order does one processor take five goroutines?
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// ANCHOR: order
func main() {
	runtime.GOMAXPROCS(1)
	order := make(chan int, 5)
	var tasks sync.WaitGroup
	for i := range 5 {
		tasks.Go(func() { order <- i })
	}
	tasks.Wait() // main parks: only now can another goroutine run
	close(order)
	for i := range order {
		fmt.Print(i, " ")
	}
	fmt.Println()
}

// ANCHOR_END: order
