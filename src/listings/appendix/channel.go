// Send, close, and receive until closed.
package main

import "fmt"

// ANCHOR: channel
func main() {
	orders := make(chan string, 2)
	go func() {
		for _, order := range []string{"tea", "toast", "eggs"} {
			orders <- order
		}
		close(orders)
	}()
	for order := range orders {
		fmt.Println(order)
	}
	order, ok := <-orders
	fmt.Printf("%q %v\n", order, ok)
}

// ANCHOR_END: channel
