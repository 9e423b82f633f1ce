//go:build race

package train

// raced says that the race detector runs: it makes pools forget, so that allocations tell nothing.
const raced = true
