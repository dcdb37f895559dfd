package main

import (
	"fmt"
	"sync"
	"time"
)

// ANCHOR: many
func main() {
	var group sync.WaitGroup
	for range 100_000 {
		group.Go(func() {
			time.Sleep(time.Second)
		})
	}
	group.Wait()
	fmt.Println("all have slept")
}

// ANCHOR_END: many
