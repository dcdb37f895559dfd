// Every access goes through a channel, no race detector complains, and money is lost all the same.
package main

import "fmt"

// ANCHOR: account
type account struct {
	balance chan int // holds the balance; whoever took it out owns it
}

func (a account) read() int     { b := <-a.balance; a.balance <- b; return b }
func (a account) write(sum int) { <-a.balance; a.balance <- sum }

// ANCHOR_END: account

// ANCHOR: main
func main() {
	a := account{make(chan int, 1)}
	a.balance <- 100
	first := a.read()  // one goroutine reads 100 …
	second := a.read() // … and so does another
	a.write(first - 30)
	a.write(second - 50)
	fmt.Println("100 - 30 - 50 =", a.read())
}

// ANCHOR_END: main
