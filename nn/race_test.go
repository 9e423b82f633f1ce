//go:build race

package nn_test

func init() { slow = true }
