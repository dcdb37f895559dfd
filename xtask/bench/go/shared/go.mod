module bench/shared

go 1.22
