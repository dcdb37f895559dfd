// Two arms are always ready. Which one does `select` take?
package main

import "fmt"

// ANCHOR: main
func main() {
	left, right := make(chan int), make(chan int)
	close(left)
	close(right)
	lefts := 0
	for range 1000 {
		select {
		case <-left:
			lefts++
		case <-right:
		}
	}
	fmt.Println("left was taken between 400 and 600 times:", 400 <= lefts && lefts <= 600)
}

// ANCHOR_END: main
