// Two goroutines on one processor. Gosched gives the processor to another.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// ANCHOR: turns
func cook(dish string) {
	for step := 1; step <= 3; step++ {
		fmt.Println(dish, step)
		runtime.Gosched() // let another go on
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	var cooks sync.WaitGroup
	cooks.Go(func() { cook("tea") })
	cooks.Go(func() { cook("toast") })
	cooks.Wait()
}

// ANCHOR_END: turns
