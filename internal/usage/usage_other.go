//go:build !unix

package usage

import "runtime"

// Peak returns the memory that the Go runtime has taken from the system, in bytes: the nearest that is to be had.
func Peak() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

// CPU returns 0: the system is not asked.
func CPU() float64 { return 0 }
