// A reader that stops early leaves its producer waiting for ever.
package main

import (
	"fmt"
	"runtime"
)

// ANCHOR: main
func numbers() <-chan int {
	out := make(chan int)
	go func() {
		for number := 0; ; number++ {
			out <- number
		}
	}()
	return out
}

func main() {
	for number := range numbers() {
		if number == 3 {
			break
		}
		fmt.Println(number)
	}
	fmt.Println("goroutines:", runtime.NumGoroutine())
}

// ANCHOR_END: main
