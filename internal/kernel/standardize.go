package kernel

// The loops that [LayerNorm] and [LayerNormGrad] are made of.

// sumSquareFromGeneric returns Σ (x[i] − mean)², in the tree of 64 lanes.
func sumSquareFromGeneric[T float](x []T, mean T) T {
	var lane [lanes]T
	for i, v := range x {
		d := v - mean
		lane[i%lanes] += T(d * d)
	}
	return fold(&lane)
}

// standardizeGeneric sets dst[i] = (x[i] − mean)·rstd.
func standardizeGeneric[T float](dst, x []T, mean, rstd T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = (v - mean) * rstd
	}
}

// scaleAndShiftGeneric sets dst[i] = (x[i] − mean)·rstd·gain[i] + bias[i].
func scaleAndShiftGeneric[T float](dst, x, gain, bias []T, mean, rstd T) {
	x, gain, bias = x[:len(dst)], gain[:len(dst)], bias[:len(dst)]
	for i, v := range x {
		dst[i] = T((v-mean)*rstd*gain[i]) + bias[i]
	}
}

// standardDotGeneric returns Σ dy[i]·((x[i] − mean)·rstd), in the tree of 64 lanes.
func standardDotGeneric[T float](dy, x []T, mean, rstd T) T {
	var lane [lanes]T
	dy = dy[:len(x)]
	for i, v := range x {
		lane[i%lanes] += T(dy[i] * ((v - mean) * rstd))
	}
	return fold(&lane)
}

// standardDot3Generic returns Σ (dy[i]·gain[i])·((x[i] − mean)·rstd), in the tree of 64 lanes.
func standardDot3Generic[T float](dy, gain, x []T, mean, rstd T) T {
	var lane [lanes]T
	dy, gain = dy[:len(x)], gain[:len(x)]
	for i, v := range x {
		lane[i%lanes] += T(dy[i] * gain[i] * ((v - mean) * rstd))
	}
	return fold(&lane)
}

// standardGainGeneric sets dgain[i] += dy[i]·((x[i] − mean)·rstd).
func standardGainGeneric[T float](dgain, dy, x []T, mean, rstd T) {
	dy, x = dy[:len(dgain)], x[:len(dgain)]
	for i, v := range x {
		dgain[i] += T(dy[i] * ((v - mean) * rstd))
	}
}

// layerNormBackGeneric sets dx[i] = rstd·((dy[i] − s) − ((x[i] − mean)·rstd)·t).
func layerNormBackGeneric[T float](dx, dy, x []T, mean, rstd, s, t T) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	for i, v := range x {
		dx[i] = rstd * ((dy[i] - s) - T((v-mean)*rstd*t))
	}
}

// layerNormBackGGeneric sets dx[i] = rstd·((dy[i]·gain[i] − s) − ((x[i] − mean)·rstd)·t).
func layerNormBackGGeneric[T float](dx, dy, gain, x []T, mean, rstd, s, t T) {
	dy, gain, x = dy[:len(dx)], gain[:len(dx)], x[:len(dx)]
	for i, v := range x {
		dx[i] = rstd * ((T(dy[i]*gain[i]) - s) - T((v-mean)*rstd*t))
	}
}
