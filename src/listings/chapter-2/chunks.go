// The usual way to cut a slice for four workers: one length for all, rounded up.
package main

import (
	"fmt"
	"slices"
)

// ANCHOR: chunks
func main() {
	rows := []int{0, 1, 2, 3, 4, 5, 6, 7, 8}
	workers := 4
	length := (len(rows) + workers - 1) / workers
	for chunk := range slices.Chunk(rows, length) {
		fmt.Println(chunk)
	}
}

// ANCHOR_END: chunks
