// A type has an interface if it has the methods.
package main

import "fmt"

// ANCHOR: interface
type Job interface {
	Minutes() int
}

type Tea struct{}
type Eggs struct{ count int }

func (Tea) Minutes() int    { return 3 }
func (e Eggs) Minutes() int { return 5 * e.count }

func total(jobs []Job) int {
	sum := 0
	for _, job := range jobs {
		sum += job.Minutes()
	}
	return sum
}

func longer[A, B Job](a A, b B) int {
	return max(a.Minutes(), b.Minutes())
}

func main() {
	fmt.Println(longer(Tea{}, Eggs{count: 2}))
	fmt.Println(total([]Job{Tea{}, Eggs{count: 2}}))
}

// ANCHOR_END: interface
