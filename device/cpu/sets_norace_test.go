//go:build !race

package cpu_test

import "github.com/jimu-ml/jimu/internal/kernel"

// tested are the instruction sets that the suite runs with.
func tested() []string { return kernel.Sets() }

const raced = false
