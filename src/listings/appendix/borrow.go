// A function that looks, and a function that changes.
package main

import "fmt"

// ANCHOR: borrow
func longest(orders []string) string {
	longest := orders[0]
	for _, order := range orders {
		if len(order) > len(longest) {
			longest = order
		}
	}
	return longest
}

func add(list *[]string, name string) {
	*list = append(*list, name)
}

func main() {
	var orders []string
	for _, order := range []string{"tea", "toast"} {
		add(&orders, order)
	}
	fmt.Println(longest(orders))
}

// ANCHOR_END: borrow
