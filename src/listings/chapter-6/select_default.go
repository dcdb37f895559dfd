// `default` runs when no arm is ready; a nil channel never is.
package main

import (
	"fmt"
	"time"
)

// ANCHOR: main
func main() {
	tea := make(chan string, 1)
	var nobody chan string // nil: no arm on it is ever ready
	select {
	case dish := <-tea:
		fmt.Println(dish)
	case dish := <-nobody:
		fmt.Println(dish)
	default:
		fmt.Println("nothing yet")
	}
	select {
	case dish := <-tea:
		fmt.Println(dish)
	case <-time.After(10 * time.Millisecond):
		fmt.Println("waited long enough")
	}
	tea <- "tea"
	select {
	case dish := <-tea:
		fmt.Println(dish)
	case <-nobody:
		fmt.Println("never")
	}
}

// ANCHOR_END: main
