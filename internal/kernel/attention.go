package kernel

// WeighFrom sets dst[i] = w[i]·(x[i] − s).
func WeighFrom(dst, x, w []float32, s float32) { softmaxApply(dst, x[:len(dst)], w[:len(dst)], s) }
