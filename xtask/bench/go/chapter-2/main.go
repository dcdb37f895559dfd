// Command chapter-2 is Go's side of the races of chapter 2: the Mandelbrot set, rows claimed by goroutines.
//
// It speaks the line protocol of ../../src/child.rs: one `prepare` line, then a `run` line for each run. GOMAXPROCS in
// its environment bounds how many goroutines execute simultaneously.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const limit = 1000

func main() {
	lines := bufio.NewScanner(os.Stdin)
	var current *picture
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "prepare "):
			prepared, err := prepare(strings.TrimPrefix(line, "prepare "))
			if err != nil {
				fmt.Println("error", err)
				continue
			}
			current = prepared
			fmt.Println("ready")
		case line == "run" && current != nil:
			fmt.Println(measure(current))
		default:
			fmt.Printf("error cannot answer %q here\n", line)
		}
	}
}

func measure(p *picture) string {
	p.rows = nil
	// The garbage of the last run is not this run's work.
	runtime.GC()
	start := time.Now()
	p.render()
	elapsed := time.Since(start)
	return fmt.Sprintf("sample %.9f %016x", elapsed.Seconds(), p.checksum())
}

func prepare(line string) (*picture, error) {
	var row string
	var workers, size int
	var seed uint64
	_, err := fmt.Sscanf(line, "%s workers=%d size=%d seed=%d", &row, &workers, &size, &seed)
	if err != nil {
		return nil, fmt.Errorf("cannot read %q: %w", line, err)
	}
	if row != "mandelbrot" {
		return nil, fmt.Errorf("there is no row %q", row)
	}
	return &picture{width: size, height: size * 2 / 3, pixel: 2.8 / float64(size), workers: workers}, nil
}

// A picture is the view of the chapter: empty plane above, the body of the set below.
type picture struct {
	width, height int
	pixel         float64
	workers       int
	rows          [][]uint32
}

func (p *picture) render() {
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

func (p *picture) checksum() uint64 {
	var sum uint64
	for _, row := range p.rows {
		for _, steps := range row {
			sum = mix(sum ^ uint64(steps))
		}
	}
	return sum
}

// mix is the output function of splitmix64.
func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
