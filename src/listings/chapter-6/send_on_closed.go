// Sending on a closed channel is a panic in Go.
package main

import "fmt"

// ANCHOR: main
func main() {
	c := make(chan int, 1)
	close(c)
	defer func() { fmt.Println("recovered:", recover()) }()
	c <- 42
}

// ANCHOR_END: main
