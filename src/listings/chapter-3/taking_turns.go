// Two cooks take turns. The order comes from the channels, not from the
// number of processors: with GOMAXPROCS(2) the program prints the same.
package main

import (
	"fmt"
	"runtime"
)

// ANCHOR: turns
func cook(dish string, my, next chan bool) {
	for step := 1; step <= 3; step++ {
		<-my // wait for my turn
		fmt.Println(dish, step)
		next <- true // hand over
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	tea, toast := make(chan bool, 1), make(chan bool, 1)
	tea <- true // the tea begins
	go cook("tea", tea, toast)
	cook("toast", toast, tea)
}

// ANCHOR_END: turns
