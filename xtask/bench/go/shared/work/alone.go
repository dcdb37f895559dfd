package work

import (
	"bufio"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"bench/shared/line"
)

// Parked measures the memory by which the process grows with goroutines that wait. Per divides the bytes.
type Parked struct{ Tasks, Per int }

// Measure parks the goroutines, looks, and lets them end.
func (p Parked) Measure() (float64, uint64, error) {
	SpawnJoin(64)
	before, err := resident()
	if err != nil {
		return 0, 0, err
	}
	results := make([]uint64, p.Tasks)
	gate := make(chan struct{})
	var arrived, ended sync.WaitGroup
	arrived.Add(p.Tasks)
	ended.Add(p.Tasks)
	for number := range results {
		go func() {
			arrived.Done()
			<-gate
			results[number] = uint64(number)
			ended.Done()
		}()
	}
	arrived.Wait()
	after, err := resident()
	close(gate)
	ended.Wait()
	var sum uint64
	for _, result := range results {
		sum += result
	}
	return float64(after-before) / float64(p.Per), sum, err
}

// resident is the number of bytes of memory that this process has in use.
func resident() (int, error) {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if text, found := strings.CutPrefix(lines.Text(), "VmRSS:"); found {
			kibibytes, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(text, "kB")))
			return kibibytes * 1024, err
		}
	}
	return 0, errors.New("the system does not tell this process' memory")
}

// Idle measures the processor time of a process whose goroutines have all ended.
func Idle(milliseconds int) line.Meter {
	period := time.Duration(milliseconds) * time.Millisecond
	idle := &idle{period: period, checksum: SpawnJoin(1000)}
	idle.since, idle.used = time.Now(), processorTime()
	return idle
}

type idle struct {
	period   time.Duration
	checksum uint64
	since    time.Time
	used     time.Duration
}

func (i *idle) Measure() (float64, uint64, error) {
	time.Sleep(i.period - time.Since(i.since))
	now := processorTime()
	used := max(now-i.used, time.Nanosecond)
	i.since, i.used = time.Now(), now
	return used.Seconds(), i.checksum, nil
}
