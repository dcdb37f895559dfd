// A channel with room for two lets a producer run ahead of its consumer, and no further.
package main

import "fmt"

// ANCHOR: main
func main() {
	dishes := make(chan string, 2)
	go func() {
		defer close(dishes)
		for _, dish := range []string{"tea", "toast", "eggs", "jam"} {
			dishes <- dish // waits while two dishes stand there
			fmt.Println("cooked", dish)
		}
	}()
	for dish := range dishes {
		fmt.Println("served", dish)
	}
}

// ANCHOR_END: main
