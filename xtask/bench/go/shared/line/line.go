// Package line speaks the line protocol of ../../../src/child.rs: one `prepare` line, then a `run` line for each run.
package line

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// A Request is what a `prepare` line asks for.
type Request struct {
	Row           string
	Workers, Size int
	Seed          uint64
}

// A Task is prepared once and run many times.
type Task interface {
	// Reset puts the input back, outside the timed part.
	Reset()
	Run()
	// Checksum checks the result of the last run.
	Checksum() (uint64, error)
}

// A Meter measures itself: Measure returns the value in the row's unit, and the checksum.
type Meter interface {
	Measure() (float64, uint64, error)
}

// Timed makes a Meter of a Task: only Run is timed.
func Timed(t Task) Meter { return timed{t} }

type timed struct{ Task }

func (t timed) Measure() (float64, uint64, error) {
	t.Reset()
	// The garbage of the last run is not this run's work.
	runtime.GC()
	start := time.Now()
	t.Run()
	elapsed := time.Since(start)
	sum, err := t.Checksum()
	return elapsed.Seconds(), sum, err
}

// Sum makes a Meter of a function that returns a checksum.
func Sum(run func() uint64) Meter { return Timed(&summed{run: run}) }

type summed struct {
	run   func() uint64
	total uint64
}

func (s *summed) Reset()                    {}
func (s *summed) Run()                      { s.total = s.run() }
func (s *summed) Checksum() (uint64, error) { return s.total, nil }

// Serve answers lines until the input ends. prepare returns nil for a row that it does not know.
func Serve(prepare func(Request) Meter) {
	lines := bufio.NewScanner(os.Stdin)
	var current Meter
	for lines.Scan() {
		text := lines.Text()
		switch {
		case strings.HasPrefix(text, "prepare "):
			request, err := parse(strings.TrimPrefix(text, "prepare "))
			if err != nil {
				fmt.Println("error", err)
				continue
			}
			if current = prepare(request); current == nil {
				fmt.Printf("error there is no row %q\n", request.Row)
				continue
			}
			fmt.Println("ready")
		case text == "run" && current != nil:
			value, sum, err := current.Measure()
			if err != nil {
				fmt.Println("wrong", err)
				continue
			}
			fmt.Printf("sample %.9f %016x\n", value, sum)
		default:
			fmt.Printf("error cannot answer %q here\n", text)
		}
	}
}

func parse(text string) (request Request, err error) {
	_, err = fmt.Sscanf(text, "%s workers=%d size=%d seed=%d",
		&request.Row, &request.Workers, &request.Size, &request.Seed)
	if err != nil {
		err = fmt.Errorf("cannot read %q: %w", text, err)
	}
	return request, err
}
