package kernel

// ArgMax returns the place of the first of the largest elements of x, a NaN being the largest; x is not empty.
func ArgMax[T Number](x []T) int {
	at, best := 0, x[0]
	for i, v := range x {
		if v > best || v != v && best == best {
			at, best = i, v
		}
	}
	return at
}

// ArgMin returns the place of the first of the smallest elements of x, a NaN being the smallest; x is not empty.
func ArgMin[T Number](x []T) int {
	at, best := 0, x[0]
	for i, v := range x {
		if v < best || v != v && best == best {
			at, best = i, v
		}
	}
	return at
}

// ArgMaxRow makes x number i of the rows of which at[j] names that with the largest element in column j, whose value
// is best[j]. The first row, number 0, sets both.
func ArgMaxRow[T Number](at []int64, best, x []T, i int64) {
	at, best = at[:len(x)], best[:len(x)]
	for j, v := range x {
		if b := best[j]; i == 0 || v > b || v != v && b == b {
			at[j], best[j] = i, v
		}
	}
}

// ArgMinRow is [ArgMaxRow] for the smallest.
func ArgMinRow[T Number](at []int64, best, x []T, i int64) {
	at, best = at[:len(x)], best[:len(x)]
	for j, v := range x {
		if b := best[j]; i == 0 || v < b || v != v && b == b {
			at[j], best[j] = i, v
		}
	}
}

// Prod returns Π x[i]; 1 if x is empty.
func Prod[T Number](x []T) T {
	y := T(1)
	for _, v := range x {
		y *= v
	}
	return y
}
