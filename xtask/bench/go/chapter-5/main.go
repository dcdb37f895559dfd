// Command chapter-5 is Go's side of the races of chapter 5: the scheduler.
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
		case "spawn-group":
			return line.Sum(func() uint64 { return work.SpawnGroup(size) })
		case "yield":
			return line.Sum(func() uint64 { return work.Yields(size, 1000) })
		case "skynet":
			return line.Sum(func() uint64 { return work.Skynet(size) })
		case "ping-pong":
			return line.Sum(func() uint64 { return work.PingPong(1, size) })
		case "sieve":
			return line.Sum(func() uint64 { return work.Sieve(size) })
		case "idle":
			return work.Idle(size)
		default:
			return nil
		}
	})
}
