// Assigning a slice makes a second name for the same elements.
package main

import "fmt"

// ANCHOR: owner
func main() {
	orders := []string{"tea", "toast"}
	// a second name, the same elements
	kitchen := orders
	kitchen[0] = "eggs"
	fmt.Println(orders, kitchen)
}

// ANCHOR_END: owner
