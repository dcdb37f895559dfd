package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// ANCHOR: wait_group
func main() {
	var group sync.WaitGroup
	var sum atomic.Int64
	for number := range int64(100) {
		group.Go(func() {
			sum.Add(number)
		})
	}
	group.Wait()
	fmt.Println(sum.Load())
}

// ANCHOR_END: wait_group
