// Command chapter-2 is Go's side of the races of chapter 2: the Mandelbrot set, rows claimed by goroutines.
//
// It speaks the line protocol of ../../src/child.rs. GOMAXPROCS in its environment bounds how many goroutines execute
// simultaneously.
package main

import (
	"sync"
	"sync/atomic"

	"bench/shared/data"
	"bench/shared/line"
)

const limit = 1000

func main() {
	line.Serve(func(request line.Request) line.Meter {
		if request.Row != "mandelbrot" {
			return nil
		}
		width := request.Size
		return line.Timed(&picture{
			width:   width,
			height:  width * 2 / 3,
			pixel:   2.8 / float64(width),
			workers: request.Workers,
		})
	})
}

// A picture is the view of the chapter: empty plane above, the body of the set below.
type picture struct {
	width, height int
	pixel         float64
	workers       int
	rows          [][]uint32
}

func (p *picture) Reset() { p.rows = nil }

func (p *picture) Run() {
	p.rows = make([][]uint32, p.height)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range p.workers {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				// Add returns the number after the addition.
				row := int(next.Add(1)) - 1
				if row >= p.height {
					return
				}
				p.rows[row] = p.row(row)
			}
		}()
	}
	workers.Wait()
}

func (p *picture) row(row int) []uint32 {
	// The conversions forbid a fused multiply-add, which some processors have: every contender rounds alike.
	imaginary := 1.5 - float64(p.pixel*float64(row))
	steps := make([]uint32, p.width)
	for column := range steps {
		steps[column] = escape(-2.1+float64(p.pixel*float64(column)), imaginary)
	}
	return steps
}

func escape(re, im float64) uint32 {
	var x, y float64
	for step := range uint32(limit) {
		xx, yy := float64(x*x), float64(y*y)
		if xx+yy > 4 {
			return step
		}
		x, y = xx-yy+re, float64(2*x*y)+im
	}
	return limit
}

func (p *picture) Checksum() (uint64, error) {
	var sum uint64
	for _, row := range p.rows {
		for _, steps := range row {
			sum = data.Mix(sum ^ uint64(steps))
		}
	}
	return sum, nil
}
