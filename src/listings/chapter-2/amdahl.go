// Amdahl's bound: what n workers can gain when a part of the work is sequential.
package main

import "fmt"

// ANCHOR: amdahl
func bound(sequential float64, workers int) float64 {
	return 1 / (sequential + (1-sequential)/float64(workers))
}

func main() {
	for _, sequential := range []float64{0, 0.05, 0.25} {
		fmt.Printf("sequential %.0f %%:", sequential*100)
		for _, workers := range []int{1, 2, 4, 1000} {
			fmt.Printf(" %.2f", bound(sequential, workers))
		}
		fmt.Println()
	}
}

// ANCHOR_END: amdahl
