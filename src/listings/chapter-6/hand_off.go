// Three goroutines wait, three dishes come. Who has them before anybody has moved?
package main

import (
	"fmt"
	"runtime"
	"sync"
)

// ANCHOR: main
func main() {
	runtime.GOMAXPROCS(1)
	dishes := make(chan string, 3)
	var served sync.WaitGroup
	for guest := range 3 {
		served.Go(func() { fmt.Println("guest", guest, "has", <-dishes) })
		runtime.Gosched() // now the guest waits
	}
	for _, dish := range []string{"tea", "toast", "eggs"} {
		dishes <- dish
	}
	fmt.Println("dishes in the channel:", len(dishes))
	served.Wait()
}

// ANCHOR_END: main
