package kernel

// Equal sets dst[i] to whether a[i] = b[i].
func Equal[T comparable](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] == b[i]
	}
}

// Less sets dst[i] to whether a[i] < b[i].
func Less[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] < b[i]
	}
}

// LessEqual sets dst[i] to whether a[i] ≤ b[i].
func LessEqual[T Number](dst []bool, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] <= b[i]
	}
}

// Not sets dst[i] to whether x[i] is false.
func Not(dst, x []bool) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = !v
	}
}

// And sets dst[i] to whether a[i] and b[i] are true.
func And(dst, a, b []bool) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] && b[i]
	}
}

// Or sets dst[i] to whether a[i] or b[i] is true.
func Or(dst, a, b []bool) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] || b[i]
	}
}

// Where sets dst[i] = a[i] where c[i], else b[i].
func Where[T any](dst []T, c []bool, a, b []T) {
	a, b, c = a[:len(dst)], b[:len(dst)], c[:len(dst)]
	for i, yes := range c {
		v, w := b[i], a[i] // both are loaded, so that the choice needs no branch, which would go either way
		if yes {
			v = w
		}
		dst[i] = v
	}
}
