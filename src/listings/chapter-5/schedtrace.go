// What GODEBUG=schedtrace prints while 400 goroutines compute.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// ANCHOR: schedtrace
func compute() {
	runtime.GOMAXPROCS(2)
	var tasks sync.WaitGroup
	for range 400 {
		tasks.Go(func() {
			for range 1_000_000 {
			}
		})
	}
	tasks.Wait()
}

// ANCHOR_END: schedtrace

func main() {
	if len(os.Args) > 1 {
		compute()
		return
	}
	again := exec.Command(os.Args[0], "compute")
	again.Env = append(os.Environ(), "GODEBUG=schedtrace=10")
	output, err := again.CombinedOutput()
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(string(output))
}
