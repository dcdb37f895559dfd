// A panic in a goroutine ends the whole process: the caller cannot recover it.
package main

import "fmt"

// ANCHOR: panic
func damaged() int { panic("chunk 1 is damaged") }

func caller() {
	defer func() {
		fmt.Println("caught:", recover())
	}()
	result := make(chan int)
	go func() { result <- damaged() }()
	fmt.Println("result:", <-result)
}

// ANCHOR_END: panic

func main() {
	caller()
}
