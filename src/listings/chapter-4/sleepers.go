package main

import (
	"fmt"
	"sync"
	"time"
)

// ANCHOR: sleepers
func main() {
	var group sync.WaitGroup
	for _, number := range []int{30, 10, 20} {
		group.Go(func() {
			time.Sleep(time.Duration(number) * 10 * time.Millisecond)
			fmt.Println(number)
		})
	}
	group.Wait()
}

// ANCHOR_END: sleepers
