// Package work is Go's side of ../../../src/tasks/work.rs: the same work, with the same checksums.
package work

import (
	"runtime"
	"sync"
)

// SpawnJoin starts goroutines and collects their results. Go has no join handle: each writes into a place of its own.
func SpawnJoin(tasks int) uint64 {
	results := make([]uint64, tasks)
	var group sync.WaitGroup
	group.Add(tasks)
	for number := range results {
		go func() {
			results[number] = uint64(number)
			group.Done()
		}()
	}
	group.Wait()
	var sum uint64
	for _, result := range results {
		sum += result
	}
	return sum
}

// SpawnGroup starts goroutines without a result, and waits for all of them.
func SpawnGroup(tasks int) uint64 {
	var group sync.WaitGroup
	group.Add(tasks)
	for range tasks {
		go group.Done()
	}
	group.Wait()
	return uint64(tasks)
}

// Yields starts goroutines that do nothing but let each other go first.
func Yields(tasks, times int) uint64 {
	counts := make([]uint64, tasks)
	var group sync.WaitGroup
	group.Add(tasks)
	for number := range counts {
		go func() {
			var count uint64
			for range times {
				runtime.Gosched()
				count++
			}
			counts[number] = count
			group.Done()
		}()
	}
	group.Wait()
	var sum uint64
	for _, count := range counts {
		sum += count
	}
	return sum
}

// Skynet builds a tree of goroutines with ten children each, and adds up the numbers of its leaves.
func Skynet(leaves int) uint64 {
	result := make(chan uint64)
	go node(result, 0, leaves)
	return <-result
}

func node(result chan<- uint64, first, leaves int) {
	if leaves == 1 {
		result <- uint64(first)
		return
	}
	sums := make(chan uint64, 10)
	for child := range 10 {
		go node(sums, first+child*(leaves/10), leaves/10)
	}
	var sum uint64
	for range 10 {
		sum += <-sums
	}
	result <- sum
}

// PingPong lets pairs of goroutines send a number there and back.
func PingPong(pairs, times int) uint64 {
	results := make(chan uint64, pairs)
	for range pairs {
		ping, pong := make(chan uint64), make(chan uint64)
		go func() {
			for ball := range ping {
				pong <- ball + 1
			}
		}()
		go func() {
			var ball uint64
			for range times {
				ping <- ball
				ball = <-pong
			}
			close(ping)
			results <- ball
		}()
	}
	var sum uint64
	for range pairs {
		sum += <-results
	}
	return sum
}

// ManyToMany lets several goroutines send into one channel, and as many receive from it.
func ManyToMany(sides, capacity, messages int) uint64 {
	numbers := make(chan uint64, capacity)
	results := make(chan uint64, sides)
	var sending sync.WaitGroup
	sending.Add(sides)
	for index := range sides {
		go func() {
			for number := index; number < messages; number += sides {
				numbers <- uint64(number)
			}
			sending.Done()
		}()
		go func() {
			var sum uint64
			for number := range numbers {
				sum += number
			}
			results <- sum
		}()
	}
	sending.Wait()
	close(numbers)
	var sum uint64
	for range sides {
		sum += <-results
	}
	return sum
}

// Sieve is a chain of filters, a goroutine for each prime up to last.
func Sieve(last int) uint64 {
	survivors := make(chan uint64)
	go func(numbers chan<- uint64) {
		for number := 2; number <= last; number++ {
			numbers <- uint64(number)
		}
		close(numbers)
	}(survivors)
	var primes, latest uint64
	for {
		prime, open := <-survivors
		if !open {
			return primes * latest
		}
		primes, latest = primes+1, prime
		passes := make(chan uint64)
		go filter(survivors, passes, prime)
		survivors = passes
	}
}

func filter(arrives <-chan uint64, passes chan<- uint64, prime uint64) {
	for number := range arrives {
		if number%prime != 0 {
			passes <- number
		}
	}
	close(passes)
}
