// A goroutine begins without anybody asking for it again.
package main

import "fmt"

// ANCHOR: lazy
func boil(done chan<- int) {
	fmt.Println("the kettle is on")
	done <- 3
}

func main() {
	done := make(chan int)
	go boil(done)
	fmt.Println("minutes:", <-done)
}

// ANCHOR_END: lazy
