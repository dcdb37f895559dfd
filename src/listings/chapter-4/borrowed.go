package main

import "fmt"

// ANCHOR: borrowed
func startTotal(row []int) chan int {
	total := make(chan int)
	go func() {
		sum := 0
		for _, value := range row {
			sum += value
		}
		total <- sum
	}()
	return total
}

func main() {
	row := []int{1, 2, 3}
	total := startTotal(row)
	row[0] = 100
	fmt.Println(<-total)
}

// ANCHOR_END: borrowed
