module bench/chapter-4

go 1.22

require bench/shared v0.0.0

replace bench/shared => ../shared
