module bench/chapter-3

go 1.22
