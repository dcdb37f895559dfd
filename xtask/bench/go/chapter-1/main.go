// Command chapter-1 is Go's side of the races of chapter 1: net/http, with a handler that answers a short text.
//
// It prints the port that it listens on, and ends when its input ends. GOMAXPROCS in its environment bounds how many
// goroutines execute simultaneously.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("listening", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	body := []byte("Hello, one thread!\n")
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(body)
	})
	fmt.Fprintln(os.Stderr, http.Serve(listener, handler))
}
