//go:build race

package trace_test

func init() { slow = true }
