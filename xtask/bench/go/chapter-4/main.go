// Command chapter-4 is Go's side of the races of chapter 4: goroutines on one thread.
//
// It speaks the line protocol of ../../src/child.rs. GOMAXPROCS in its environment bounds how many goroutines execute
// simultaneously.
package main

import (
	"bench/shared/line"
	"bench/shared/work"
)

func main() {
	line.Serve(func(request line.Request) line.Meter {
		size := request.Size
		switch request.Row {
		case "spawn-join":
			return line.Sum(func() uint64 { return work.SpawnJoin(size) })
		case "yield":
			return line.Sum(func() uint64 { return work.Yields(size, 1000) })
		case "memory":
			return work.Parked{Tasks: size, Per: size}
		case "million":
			return work.Parked{Tasks: size, Per: 1}
		default:
			return nil
		}
	})
}
