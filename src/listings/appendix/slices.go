// Two slices may share an array, and `append` may write into it.
package main

import "fmt"

// ANCHOR: slices
func main() {
	rows := []int{1, 2, 3, 4}
	half := rows[:2]
	half = append(half, 9)
	fmt.Println(rows, half, cap(half))
	third := rows[:2:2]
	third = append(third, 7)
	fmt.Println(rows, third)
}

// ANCHOR_END: slices
