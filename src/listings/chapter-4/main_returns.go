package main

import (
	"fmt"
	"time"
)

// ANCHOR: main_returns
func main() {
	go func() {
		defer fmt.Println("the goroutine goes")
		time.Sleep(time.Hour)
	}()
	time.Sleep(10 * time.Millisecond)
	fmt.Println("main returns")
}

// ANCHOR_END: main_returns
