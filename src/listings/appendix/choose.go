// `select` waits for whichever of several channels is ready.
package main

import (
	"fmt"
	"time"
)

// ANCHOR: choose
func main() {
	bell := make(chan string)
	select {
	case order := <-bell:
		fmt.Println(order)
	default:
		fmt.Println("nobody rings")
	}
	go func() { bell <- "toast" }()
	select {
	case order := <-bell:
		fmt.Println(order)
	case <-time.After(time.Minute):
		fmt.Println("too late")
	}
}

// ANCHOR_END: choose
