// What a closed channel gives: first what lies in it, then zeros without end.
package main

import "fmt"

// ANCHOR: main
func main() {
	c := make(chan int, 3)
	c <- 1
	c <- 2
	close(c)
	fmt.Println(len(c), cap(c))
	for range 3 {
		value, ok := <-c
		fmt.Println(value, ok)
	}
}

// ANCHOR_END: main
