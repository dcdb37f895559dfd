// Deferred calls run when the function returns, the last one first.
package main

import "fmt"

// ANCHOR: cleanup
func serve() {
	for _, dish := range []string{"tea", "toast"} {
		defer fmt.Println("clear", dish)
		fmt.Println("serve", dish)
	}
	fmt.Println("done")
}

func main() {
	serve()
}

// ANCHOR_END: cleanup
