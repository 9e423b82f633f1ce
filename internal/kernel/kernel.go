// Package kernel holds the inner loops, over slices; Go is the meaning, assembly the speed. It knows neither
// shapes nor goroutines nor tensors.
//
// Every kernel is written once in plain Go, and that is what it means. A processor may provide faster
// implementations; they are registered beside the assembly that holds them, and the best one the processor
// offers is chosen as the program starts. The environment variable JIMU_CPU (see internal/cpuid) forbids some.
//
// Assembly cannot be preempted: a loop that calls kernels calls [Checkpoint] too, and no call lasts more than
// about 100 µs.
package kernel

import "slices"

// sets are the names of the instruction sets, each better than those before it.
var sets = []string{"generic", "neon", "f16c", "avx2", "avx512", "avx512vnni", "avx512bf16", "amx"}

// An implementation is one way to compute a kernel.
type implementation struct {
	kernel, set string
	use         func()
	inUse       bool
}

var implementations []*implementation

// provide makes f the implementation of a kernel for an instruction set, if it is available here. The slot is the
// variable through which the kernel is called; before the first provide it holds the generic implementation. Of
// several implementations the one of the best set is used, of two in one set the later.
func provide[F any](kernel, set string, available bool, slot *F, f F) {
	if !available {
		return
	}
	if !slices.ContainsFunc(implementations, func(i *implementation) bool { return i.kernel == kernel }) {
		generic := *slot
		implementations = append(implementations, &implementation{kernel: kernel, set: "generic", use: func() { *slot = generic }})
	}
	implementations = append(implementations, &implementation{kernel: kernel, set: set, use: func() { *slot = f }})
	choose(kernel, len(sets)-1)
}

// choose puts into the slot of a kernel the best of its implementations up to the set with that index.
func choose(kernel string, limit int) {
	var best *implementation
	for _, i := range implementations {
		if i.kernel != kernel {
			continue
		}
		i.inUse = false
		if r := rank(i.set); r <= limit && (best == nil || r >= rank(best.set)) {
			best = i
		}
	}
	best.inUse = true
	best.use()
}

// rank returns the place of a set in the order of sets, and that of the last if it is not known.
func rank(set string) int {
	if i := slices.Index(sets, set); i >= 0 {
		return i
	}
	return len(sets) - 1
}

// An Implementation says that a kernel can be computed here with an instruction set.
type Implementation struct {
	Kernel string // its name, in lower case
	Set    string // "generic" for plain Go, otherwise the instruction set, as in [Sets]
	InUse  bool   // whether calls go to it
}

// Implementations returns the implementations available here of all kernels that have more than the generic one.
func Implementations() []Implementation {
	all := make([]Implementation, len(implementations))
	for n, i := range implementations {
		all[n] = Implementation{i.kernel, i.set, i.inUse}
	}
	return all
}

// Sets returns the instruction sets that some kernel has an implementation for and that are available here,
// "generic" first, each better than those before it.
func Sets() []string {
	found := []string{"generic"}
	for _, set := range sets[1:] {
		if slices.ContainsFunc(implementations, func(i *implementation) bool { return i.set == set }) {
			found = append(found, set)
		}
	}
	return found
}

// Use makes every kernel use its best implementation in the instruction set of that name or a lower one, and
// returns a function that makes the best ones available be used again. It is for tests: no kernel may be running.
// It panics with an [UnknownSet] if there is no set of that name.
func Use(set string) (restore func()) {
	limit := slices.Index(sets, set)
	if limit < 0 {
		panic(UnknownSet(set))
	}
	chooseAll(limit)
	return func() { chooseAll(len(sets) - 1) }
}

func chooseAll(limit int) {
	for n, i := range implementations {
		if n == 0 || i.set == "generic" {
			choose(i.kernel, limit)
		}
	}
}

// UnknownSet is the name of an instruction set that does not exist.
type UnknownSet string

// Error says which name it was.
func (s UnknownSet) Error() string { return "kernel: no instruction set is called " + string(s) }
