// Command chapter-3 is Go's side of the races of chapter 3: a sum and a merge sort on goroutines.
//
// It speaks the line protocol of ../../src/child.rs. GOMAXPROCS in its environment bounds how many goroutines execute
// simultaneously.
package main

import (
	"fmt"
	"slices"
	"sort"
	"sync"

	"bench/shared/data"
	"bench/shared/line"
)

func main() {
	line.Serve(func(request line.Request) line.Meter {
		size := request.Size
		switch request.Row {
		case "sum":
			t := &sumTask{values: data.Numbers(size, request.Seed), workers: request.Workers}
			for i := range t.values {
				t.values[i] >>= 32
			}
			return line.Timed(t)
		case "sort":
			input := data.Numbers(size, request.Seed)
			return line.Timed(&sortTask{input: input, values: make([]uint64, size), workers: request.Workers})
		default:
			return nil
		}
	})
}

type sumTask struct {
	values  []uint64
	workers int
	total   uint64
}

func (t *sumTask) Reset() { t.total = 0 }

func (t *sumTask) Run() {
	parts := make([]uint64, t.workers)
	var group sync.WaitGroup
	for worker := range t.workers {
		chunk := t.values[len(t.values)*worker/t.workers : len(t.values)*(worker+1)/t.workers]
		group.Add(1)
		go func() {
			defer group.Done()
			// A local variable: neighbouring elements of parts share a cache line.
			var sum uint64
			for _, value := range chunk {
				sum += value
			}
			parts[worker] = sum
		}()
	}
	group.Wait()
	for _, part := range parts {
		t.total += part
	}
}

func (t *sumTask) Checksum() (uint64, error) { return t.total, nil }

type sortTask struct {
	input, values []uint64
	workers       int
}

func (t *sortTask) Reset() { copy(t.values, t.input) }

func (t *sortTask) Run() {
	grain := max(1, (len(t.values)+t.workers-1)/t.workers)
	if len(t.values) <= grain {
		slices.Sort(t.values)
		return
	}
	scratch := make([]uint64, len(t.values))
	mergeSort(t.values, scratch, grain)
}

func (t *sortTask) Checksum() (uint64, error) {
	sum := uint64(len(t.values))
	for i, value := range t.values {
		if i > 0 && t.values[i-1] > value {
			return 0, fmt.Errorf("not sorted: element %d is smaller than the element before it", i)
		}
		sum += data.Mix(value)
	}
	return sum, nil
}

// mergeSort sorts values. Halves are sorted on a goroutine each, merged into scratch, and copied back.
func mergeSort(values, scratch []uint64, grain int) {
	if len(values) <= grain {
		slices.Sort(values)
		return
	}
	middle := len(values) / 2
	both(
		func() { mergeSort(values[:middle], scratch[:middle], grain) },
		func() { mergeSort(values[middle:], scratch[middle:], grain) },
	)
	merge(values[:middle], values[middle:], scratch, grain)
	copyBack(values, scratch, grain)
}

// merge merges two sorted slices into out, whose length is the sum of theirs. It splits the larger one in the middle
// and the other where the middle element belongs.
func merge(a, b, out []uint64, grain int) {
	// The second bound also ends the splitting where a grain of one element would not.
	if len(out) <= grain || len(out) < 1024 {
		mergeSequential(a, b, out)
		return
	}
	var i, j int
	if len(a) >= len(b) {
		i = len(a) / 2
		j = sort.Search(len(b), func(k int) bool { return b[k] >= a[i] })
	} else {
		j = len(b) / 2
		i = sort.Search(len(a), func(k int) bool { return a[k] > b[j] })
	}
	both(
		func() { merge(a[:i], b[:j], out[:i+j], grain) },
		func() { merge(a[i:], b[j:], out[i+j:], grain) },
	)
}

func mergeSequential(a, b, out []uint64) {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if b[j] < a[i] {
			out[i+j] = b[j]
			j++
		} else {
			out[i+j] = a[i]
			i++
		}
	}
	copy(out[i+j:], a[i:])
	copy(out[len(a)+j:], b[j:])
}

func copyBack(values, scratch []uint64, grain int) {
	if len(values) <= grain {
		copy(values, scratch)
		return
	}
	middle := len(values) / 2
	both(
		func() { copyBack(values[:middle], scratch[:middle], grain) },
		func() { copyBack(values[middle:], scratch[middle:], grain) },
	)
}

// both runs b on a goroutine of its own and a here, and returns when both are done.
func both(a, b func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		b()
	}()
	a()
	<-done
}
