// `go` starts a function, and nobody waits for it unless somebody does.
package main

import (
	"fmt"
	"sync"
)

// ANCHOR: start
func main() {
	dishes := []string{"tea", "toast", "eggs"}
	minutes := make([]int, len(dishes))
	var cooks sync.WaitGroup
	for i, dish := range dishes {
		cooks.Go(func() {
			minutes[i] = len(dish)
		})
	}
	cooks.Wait()
	fmt.Println(minutes)
}

// ANCHOR_END: start
