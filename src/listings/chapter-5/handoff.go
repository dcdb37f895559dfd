// Two goroutines talk to each other, and ten others wait for the processor.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// ANCHOR: handoff
func main() {
	runtime.GOMAXPROCS(1)
	ping, pong := make(chan int), make(chan int)
	var talk sync.WaitGroup
	var turns atomic.Int64
	for range 10 {
		go func() {
			for {
				turns.Add(1)
				runtime.Gosched()
			}
		}()
	}
	talk.Go(func() {
		for message := range ping {
			pong <- message
		}
		close(pong)
	})
	talk.Go(func() {
		before := turns.Load()
		for message := range 100 {
			ping <- message
			<-pong
		}
		fmt.Println("100 answers,", turns.Load()-before, "turns of the others")
		close(ping)
	})
	talk.Wait()
}

// ANCHOR_END: handoff
