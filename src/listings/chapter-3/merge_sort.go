// A stable merge sort on goroutines: the halves are sorted in parallel
// where a second processor is free, and merged by one goroutine.
package main

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// ANCHOR: merge_sort
func mergeSort(values, scratch []card, grain int) {
	if len(values) <= max(grain, 1) {
		slices.SortStableFunc(values, byRank)
		return
	}
	middle := len(values) / 2
	var fork sync.WaitGroup
	fork.Go(func() { mergeSort(values[middle:], scratch[middle:], grain) })
	mergeSort(values[:middle], scratch[:middle], grain)
	fork.Wait()
	merge(values[:middle], values[middle:], scratch)
	copy(values, scratch)
}

// ANCHOR_END: merge_sort

// ANCHOR: merge
func merge(left, right, into []card) {
	for i := range into {
		// On equal ranks the left one goes first: that is what "stable" asks for.
		if len(right) == 0 || len(left) > 0 && byRank(left[0], right[0]) <= 0 {
			into[i], left = left[0], left[1:]
		} else {
			into[i], right = right[0], right[1:]
		}
	}
}

// ANCHOR_END: merge

type card struct {
	rank int
	suit string
}

func byRank(a, b card) int { return cmp.Compare(a.rank, b.rank) }

func main() {
	hand := []card{{3, "♠"}, {1, "♥"}, {3, "♦"}, {2, "♣"}, {1, "♠"}, {3, "♥"}}
	mergeSort(hand, make([]card, len(hand)), 1)
	fmt.Println(hand)
}
