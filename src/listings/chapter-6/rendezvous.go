// A send on an unbuffered channel ends only after its receive began.
package main

import "fmt"

// ANCHOR: main
func main() {
	c := make(chan int)
	said := ""
	go func() {
		said = "hello" // written before the receive …
		<-c
	}()
	c <- 0
	fmt.Println(said) // … and so seen after the send
}

// ANCHOR_END: main
