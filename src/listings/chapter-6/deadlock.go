// Two goroutines, each waiting for the other.
package main

// ANCHOR: main
func main() {
	tea, toast := make(chan int), make(chan int)
	go func() {
		<-tea
		toast <- 1
	}()
	<-toast
	tea <- 1
}

// ANCHOR_END: main
