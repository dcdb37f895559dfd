module bench/chapter-2

go 1.22
