//go:build race

package cpu_test

import "github.com/jimu-ml/jimu/internal/kernel"

// tested are the instruction sets that the suite runs with: under the race detector, which is slow, the best one alone.
func tested() []string {
	sets := kernel.Sets()
	return sets[len(sets)-1:]
}

// raced tells that the race detector takes memory of its own.
const raced = true
