// How many goroutines may execute, and how many there are.
package main

import (
	"fmt"
	"runtime"
)

// ANCHOR: processors
func main() {
	runtime.GOMAXPROCS(1) // at most one goroutine executes at any moment
	stop := make(chan bool)
	for range 100 {
		go func() { <-stop }()
	}
	fmt.Println(runtime.GOMAXPROCS(0), runtime.NumGoroutine())
}

// ANCHOR_END: processors
