package kernel

// Checkpoint lets the Go runtime stop this goroutine. Assembly cannot be preempted, so a loop whose time is spent
// in kernels would hold up the garbage collector for as long as it runs; every such loop calls Checkpoint once a
// round. It costs about 3 ns.
//
//go:noinline
func Checkpoint() { leaf() }

// leaf makes Checkpoint more than a leaf function, so that it keeps its prologue, and it is the prologue, where the
// stack is checked, in which a goroutine can be stopped.
//
//go:noinline
func leaf() {}
