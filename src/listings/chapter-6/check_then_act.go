// Every access goes through a channel, no race detector complains, and money is lost all the same.
package main

import "fmt"

// ANCHOR: account
// The channel holds the balance; whoever took it out owns it.
type account struct{ balance chan int }

func (a account) read() int {
	balance := <-a.balance
	a.balance <- balance
	return balance
}

func (a account) write(balance int) {
	<-a.balance
	a.balance <- balance
}

// ANCHOR_END: account

// ANCHOR: main
func main() {
	a := account{make(chan int, 1)}
	a.balance <- 100
	first := a.read()  // one reads 100 …
	second := a.read() // … so does another
	a.write(first - 30)
	a.write(second - 50)
	fmt.Println("100 - 30 - 50 =", a.read())
}

// ANCHOR_END: main
