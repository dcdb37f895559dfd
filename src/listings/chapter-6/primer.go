// The primer's program: one goroutine sends 42, the other one prints it.
package main

import "fmt"

// ANCHOR: main
func main() {
	c := make(chan int)
	go func() {
		c <- 42
	}()
	fmt.Println(<-c)
}

// ANCHOR_END: main
