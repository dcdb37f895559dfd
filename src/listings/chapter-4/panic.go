package main

import "fmt"

// ANCHOR: panic
func main() {
	ready := make(chan string, 1)
	failed := make(chan any)
	go func() {
		defer func() { failed <- recover() }()
		panic("the toast is burnt")
	}()
	go func() { ready <- "tea is ready" }()
	fmt.Println("the goroutine panicked:", <-failed)
	fmt.Println(<-ready)
}

// ANCHOR_END: panic
