// A deferred function may stop a panic, in its own goroutine.
package main

import "fmt"

// ANCHOR: recovered
func taste(dish string) (verdict string) {
	defer func() {
		if reason := recover(); reason != nil {
			verdict = fmt.Sprint("not served: ", reason)
		}
	}()
	if dish == "toast" {
		panic("burnt")
	}
	return "served"
}

func main() {
	fmt.Println(taste("tea"))
	fmt.Println(taste("toast"))
}

// ANCHOR_END: recovered
