// The hand-over is safe. What is done with the old pointer afterwards is not: `go run -race` reports it.
package main

import "fmt"

// ANCHOR: main
func main() {
	plates := make(chan *string)
	done := make(chan bool)
	go func() {
		plate := <-plates
		fmt.Println(len(*plate) > 0)
		done <- true
	}()
	dish := "toast"
	plates <- &dish
	dish = "jam" // a data race
	<-done
}

// ANCHOR_END: main
