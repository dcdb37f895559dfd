module bench/chapter-1

go 1.22
