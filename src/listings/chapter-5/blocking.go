// Goroutines that block in the operating system hold a thread each.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

// ANCHOR: blocking
func main() {
	if len(os.Args) > 1 {
		io.Copy(io.Discard, os.Stdin) // the child: wait until stdin is closed
		return
	}
	runtime.GOMAXPROCS(1)
	var waiters sync.WaitGroup
	var stdins []io.Closer
	for range 5 {
		child := exec.Command(os.Args[0], "child")
		stdin, _ := child.StdinPipe()
		child.Start()
		stdins = append(stdins, stdin)
		waiters.Go(func() { child.Wait() }) // blocks in the operating system
	}
	for threads() < 5 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("main goes on; five threads or more:", threads() >= 5)
	for _, stdin := range stdins {
		stdin.Close()
	}
	waiters.Wait()
	fmt.Println("all five have returned")
}

// ANCHOR_END: blocking

// threads counts the threads that the runtime has made.
func threads() int {
	return pprof.Lookup("threadcreate").Count()
}
