package main

import "fmt"

// ANCHOR: hello
func main() {
	answer := make(chan int)
	go func() {
		fmt.Println("goroutine")
		answer <- 42
	}()
	fmt.Println("main")
	fmt.Println(<-answer)
}

// ANCHOR_END: hello
