// A web server on one processor, and a hundred clients that stay.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"runtime"
)

// ANCHOR: server
func tea(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, "tea for", r.URL.Path)
}

func serve(listener net.Listener) {
	// Accepts in a loop: a goroutine for each connection.
	http.Serve(listener, http.HandlerFunc(tea))
}

// ANCHOR_END: server

// ANCHOR: main
func main() {
	runtime.GOMAXPROCS(1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go serve(listener)
	var clients []net.Conn
	for range 100 {
		client, err := net.Dial("tcp", listener.Addr().String())
		check(err)
		fmt.Fprint(client, "GET /me HTTP/1.1\r\n") // half a request
		clients = append(clients, client)
	}
	answers := 0
	for _, client := range clients {
		fmt.Fprint(client, "Host: localhost\r\n\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		check(err)
		if answer.StatusCode == http.StatusOK {
			answers++
		}
	}
	fmt.Println(len(clients), "connections open,", answers, "answers")
}

// ANCHOR_END: main

func check(err error) {
	if err != nil {
		panic(err)
	}
}
