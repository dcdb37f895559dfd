// GOMAXPROCS bounds the threads that execute Go code, not all threads.
package main

import (
	"fmt"
	"runtime"
	"runtime/pprof"
	"sync"
)

// ANCHOR: threads
func main() {
	runtime.GOMAXPROCS(1)
	var ready sync.WaitGroup
	ready.Add(20)
	for range 20 {
		go func() {
			runtime.LockOSThread() // a thread for me alone
			ready.Done()
			select {} // blocked for ever: it executes nothing
		}()
	}
	ready.Wait()
	threads := pprof.Lookup("threadcreate").Count()
	fmt.Println("20 threads or more:", threads >= 20)
}

// ANCHOR_END: threads
