// A greedy goroutine and a neighbour on one processor, with and without
// asynchronous preemption.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"
)

// ANCHOR: greedy
func breakfast() {
	runtime.GOMAXPROCS(1)
	var done atomic.Bool
	go func() {
		for range 2_000_000_000 { // no call: nothing that yields
		}
		done.Store(true)
	}()
	for range 3 {
		time.Sleep(10 * time.Millisecond)
		fmt.Println("the neighbour goes on; greedy is done:", done.Load())
	}
}

// ANCHOR_END: greedy

func main() {
	if len(os.Args) > 1 {
		breakfast()
		return
	}
	for _, setting := range []string{"asyncpreemptoff=0", "asyncpreemptoff=1"} {
		fmt.Println("GODEBUG=" + setting)
		again := exec.Command(os.Args[0], "breakfast")
		again.Env = append(os.Environ(), "GODEBUG="+setting)
		output, err := again.CombinedOutput()
		if err != nil {
			fmt.Println(err)
		}
		fmt.Print(string(output))
	}
}
