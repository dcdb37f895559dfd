// A concurrent program that leaves a sequential record: each task is so
// short that it ends before the scheduler has a reason to switch.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// ANCHOR: short_tasks
func main() {
	runtime.GOMAXPROCS(1)
	var cooks sync.WaitGroup
	for _, dish := range []string{"tea", "toast"} {
		cooks.Go(func() {
			fmt.Println(dish, "begins")
			fmt.Println(dish, "ends")
		})
	}
	cooks.Wait()
}

// ANCHOR_END: short_tasks
