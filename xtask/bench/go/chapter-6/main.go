// Command chapter-6 is Go's side of the races of chapter 6: channels.
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
		case "ping-pong":
			return line.Sum(func() uint64 { return work.PingPong(1, size) })
		case "100-pairs":
			return line.Sum(func() uint64 { return work.PingPong(100, size) })
		case "buffered":
			return line.Sum(func() uint64 { return work.ManyToMany(4, 100, size) })
		case "sieve":
			return line.Sum(func() uint64 { return work.Sieve(size) })
		default:
			return nil
		}
	})
}
