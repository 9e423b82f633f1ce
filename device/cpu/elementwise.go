package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// run1 runs f of one input over a loop.
func run1[R, T any](l *loop, f func(dst []R, x []T)) {
	if l.single(1) {
		l.limit = block
	}
	if l.n <= grain {
		part1(l, f, 0, l.n)
		return
	}
	big := *l
	parallel.For(l.n, grain, func(lo, hi int) { part1(&big, f, lo, hi) })
}

func part1[R, T any](l *loop, f func(dst []R, x []T), lo, hi int) {
	s := l.scratch()
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		f(target[R](l, &p, s), load[T](l, 1, &p, s))
		store[R](l, &p, s)
		kernel.Checkpoint()
	}
	s.done()
}

// kernels2 are the kernels of an operation with two inputs: of elements; and if there are such, of elements and a
// number on the right or on the left.
type kernels2[R, T any] struct {
	both  func(dst []R, a, b []T)
	right func(dst []R, a []T, b T)
	left  func(dst []R, b []T, a T)
}

// run2 runs f of two inputs over a loop.
func run2[R, T any](l *loop, f *kernels2[R, T]) {
	if right, left := f.sides(l); !right && l.single(2) || !left && l.single(1) {
		l.limit = block
	}
	if l.n <= grain {
		part2(l, f, 0, l.n)
		return
	}
	big := *l
	if right, left := f.sides(l); l.rows(right, left) {
		width := l.shape[0]
		parallel.For(l.n/width, max(1, grain/width), func(lo, hi int) { rows2(&big, f, lo, hi) })
		return
	}
	parallel.For(l.n, grain, func(lo, hi int) { part2(&big, f, lo, hi) })
}

func part2[R, T any](l *loop, f *kernels2[R, T], lo, hi int) {
	right, left := f.sides(l)
	s := l.scratch()
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		switch dst := target[R](l, &p, s); {
		case right:
			f.right(dst, load[T](l, 1, &p, s), one[T](l, 2, &p, s))
		case left:
			f.left(dst, load[T](l, 2, &p, s), one[T](l, 1, &p, s))
		default:
			f.both(dst, load[T](l, 1, &p, s), load[T](l, 2, &p, s))
		}
		store[R](l, &p, s)
		kernel.Checkpoint()
	}
	s.done()
}

// sides reports whether a kernel takes the right or the left input as a number.
func (f *kernels2[R, T]) sides(l *loop) (right, left bool) {
	right = f.right != nil && l.single(2)
	return right, f.left != nil && !right && l.single(1)
}

// rows reports whether the loop is one over inner axes on which every operand is used where it lies, or as a number.
func (l *loop) rows(right, left bool) bool {
	return l.rank > 1 && l.limit > block && l.direct(0) && (l.direct(1) || left) && (l.direct(2) || right)
}

// rows2 runs f on the inner axes from number lo to hi. It is part2 for short rows, of which there are many.
func rows2[R, T any](l *loop, f *kernels2[R, T], lo, hi int) {
	y, a, b := memory[R](l.operand[0].view), memory[T](l.operand[1].view), memory[T](l.operand[2].view)
	right, left := f.sides(l)
	n := l.shape[0]
	var p piece
	for i := lo; i < hi; {
		locate(l, &p, i*n)
		j, k, m := l.offset(0, &p), l.offset(1, &p), l.offset(2, &p)
		for end := min(hi, i+l.shape[1]-p.pos[1]); i < end; i++ {
			switch dst := y[j : j+n]; {
			case right:
				f.right(dst, a[k:k+n], b[m])
			case left:
				f.left(dst, b[m:m+n], a[k])
			default:
				f.both(dst, a[k:k+n], b[m:m+n])
			}
			j, k, m = j+l.operand[0].stride[1], k+l.operand[1].stride[1], m+l.operand[2].stride[1]
			kernel.Checkpoint()
		}
	}
}

// run3 runs f of three inputs, the first of them of type C, over a loop.
func run3[R, C, T any](l *loop, f func(dst []R, c []C, a, b []T)) {
	if l.single(1) || l.single(2) || l.single(3) {
		l.limit = block
	}
	if l.n <= grain {
		part3(l, f, 0, l.n)
		return
	}
	big := *l
	parallel.For(l.n, grain, func(lo, hi int) { part3(&big, f, lo, hi) })
}

func part3[R, C, T any](l *loop, f func(dst []R, c []C, a, b []T), lo, hi int) {
	s := l.scratch()
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		f(target[R](l, &p, s), load[C](l, 1, &p, s), load[T](l, 2, &p, s), load[T](l, 3, &p, s))
		store[R](l, &p, s)
		kernel.Checkpoint()
	}
	s.done()
}

// scratch returns scratch memory, or nil if no piece of the loop can need it.
func (l *loop) scratch() *scratch {
	if l.limit > block {
		return nil
	}
	return scratches.Get().(*scratch)
}

func (s *scratch) done() {
	if s != nil {
		scratches.Put(s)
	}
}
