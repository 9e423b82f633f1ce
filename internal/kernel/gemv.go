package kernel

// Gemv adds rows of a matrix, each times an element of x, to y, in the order of the rows:
//
//	y[j] += Σ x[i]·w[i·stride+j]
//
// The sum is taken as in [Gemm]. It panics if w is too short.
func Gemv(y, x, w []float32, stride int) {
	if len(x) == 0 || len(y) == 0 {
		return
	}
	_ = w[(len(x)-1)*stride+len(y)-1]
	gemv(y, x, w, stride)
}

var gemv = gemvGeneric

func gemvGeneric(y, x, w []float32, stride int) {
	for i, v := range x {
		row := w[i*stride : i*stride+len(y)]
		for j, w := range row {
			y[j] += v * w
		}
	}
}

// gemvRows gives the rows to a function for eight of them and a function for one.
func gemvRows(y, x, w []float32, stride int, eight, one func(y []float32, x, w *float32, stride int)) {
	i := 0
	for ; i+8 <= len(x); i += 8 {
		eight(y, &x[i], &w[i*stride], stride)
		Checkpoint()
	}
	for ; i < len(x); i++ {
		one(y, &x[i], &w[i*stride], stride)
	}
}
