// An error is a second result.
package main

import (
	"fmt"
	"strconv"
)

// ANCHOR: failure
func sum(a, b string) (int, error) {
	x, err := strconv.Atoi(a)
	if err != nil {
		return 0, err
	}
	y, err := strconv.Atoi(b)
	if err != nil {
		return 0, err
	}
	return x + y, nil
}

func main() {
	if total, err := sum("3", "5"); err == nil {
		fmt.Println(total)
	}
	if _, err := sum("3", "five"); err != nil {
		fmt.Println("no number")
	}
}

// ANCHOR_END: failure
