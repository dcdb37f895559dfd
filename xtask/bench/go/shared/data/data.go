// Package data is Go's side of ../../../src/data.rs: the same numbers from the same seed.
package data

// Numbers is splitmix64, the generator of the other contenders.
func Numbers(size int, seed uint64) []uint64 {
	values := make([]uint64, size)
	for i := range values {
		seed += 0x9e3779b97f4a7c15
		values[i] = Mix(seed)
	}
	return values
}

// Mix is the output function of splitmix64.
func Mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
