// Every type has a zero value, and a nil channel is never ready.
package main

import "fmt"

// ANCHOR: zero
type Table struct {
	guests int
	name   string
	bell   chan string
}

func main() {
	var table Table
	fmt.Printf("%d %q %v\n", table.guests, table.name, table.bell == nil)
	select {
	case <-table.bell:
		fmt.Println("it rang")
	default:
		fmt.Println("a nil channel is never ready")
	}
}

// ANCHOR_END: zero
