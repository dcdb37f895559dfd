// Command chapter-3 is Go's side of the races of chapter 3: a sum and a merge sort on goroutines.
//
// It speaks the line protocol of ../../src/child.rs: one `prepare` line, then a `run` line for each run. GOMAXPROCS in
// its environment bounds how many goroutines execute simultaneously.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

// A task is prepared once and run many times.
type task interface {
	// reset puts the input back, outside the timed part.
	reset()
	run()
	// checksum checks the result of the last run.
	checksum() (uint64, error)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	var current task
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

func measure(t task) string {
	t.reset()
	// The garbage of the last run is not this run's work.
	runtime.GC()
	start := time.Now()
	t.run()
	elapsed := time.Since(start)
	sum, err := t.checksum()
	if err != nil {
		return fmt.Sprint("wrong ", err)
	}
	return fmt.Sprintf("sample %.9f %016x", elapsed.Seconds(), sum)
}

func prepare(line string) (task, error) {
	var row string
	var workers, size int
	var seed uint64
	_, err := fmt.Sscanf(line, "%s workers=%d size=%d seed=%d", &row, &workers, &size, &seed)
	if err != nil {
		return nil, fmt.Errorf("cannot read %q: %w", line, err)
	}
	switch row {
	case "sum":
		t := &sumTask{values: numbers(size, seed), workers: workers}
		for i := range t.values {
			t.values[i] >>= 32
		}
		return t, nil
	case "sort":
		input := numbers(size, seed)
		return &sortTask{input: input, values: make([]uint64, size), workers: workers}, nil
	default:
		return nil, fmt.Errorf("there is no row %q", row)
	}
}

type sumTask struct {
	values  []uint64
	workers int
	total   uint64
}

func (t *sumTask) reset() { t.total = 0 }

func (t *sumTask) run() {
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

func (t *sumTask) checksum() (uint64, error) { return t.total, nil }

type sortTask struct {
	input, values []uint64
	workers       int
}

func (t *sortTask) reset() { copy(t.values, t.input) }

func (t *sortTask) run() {
	grain := max(1, (len(t.values)+t.workers-1)/t.workers)
	if len(t.values) <= grain {
		slices.Sort(t.values)
		return
	}
	scratch := make([]uint64, len(t.values))
	mergeSort(t.values, scratch, grain)
}

func (t *sortTask) checksum() (uint64, error) {
	sum := uint64(len(t.values))
	for i, value := range t.values {
		if i > 0 && t.values[i-1] > value {
			return 0, fmt.Errorf("not sorted: element %d is smaller than the element before it", i)
		}
		sum += mix(value)
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

// numbers is splitmix64, the generator of the other contenders.
func numbers(size int, seed uint64) []uint64 {
	values := make([]uint64, size)
	for i := range values {
		seed += 0x9e3779b97f4a7c15
		values[i] = mix(seed)
	}
	return values
}

func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
