// The program ends when main does.
package main

import (
	"fmt"
	"time"
)

// ANCHOR: gone
func main() {
	go func() {
		time.Sleep(time.Hour)
		fmt.Println("nobody reads this")
	}()
	fmt.Println("main returns")
}

// ANCHOR_END: gone
