// Closures capture variables, and share them with their function.
package main

import "fmt"

// ANCHOR: closure
func counter(start int) func() int {
	next := start
	return func() int {
		next++
		return next
	}
}

func main() {
	ticket := counter(40)
	ticket()
	fmt.Println(ticket())
}

// ANCHOR_END: closure
