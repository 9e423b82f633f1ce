package kernel

import "math"

var (
	expSum         = expSumGeneric[float32]
	expShift       = expShiftGeneric[float32]
	shift2         = shift2Generic[float32]
	softmaxApply   = softmaxApplyGeneric[float32]
	logSoftmaxBack = logSoftmaxBackGeneric[float32]
)

// Softmax sets dst[i] = e^(x[i]−m)/Σⱼ e^(x[j]−m) with m the largest of x.
func Softmax(dst, x []float32) {
	x = x[:len(dst)]
	s := expShift(dst, x, maxOf(x))
	mulScalar(dst, dst, 1/s)
}

// Softmax64 is [Softmax] in float64.
func Softmax64(dst, x []float64) {
	x = x[:len(dst)]
	s := expShiftGeneric(dst, x, maxGeneric(x))
	mulScalarGeneric(dst, dst, 1/s)
}

// LogSoftmax sets dst[i] = (x[i] − m) − ln Σⱼ e^(x[j]−m) with m the largest of x.
func LogSoftmax(dst, x []float32) {
	x = x[:len(dst)]
	m := maxOf(x)
	shift2(dst, x, m, float32(math.Log(float64(expSum(x, m)))))
}

// LogSoftmax64 is [LogSoftmax] in float64.
func LogSoftmax64(dst, x []float64) {
	x = x[:len(dst)]
	m := maxGeneric(x)
	shift2Generic(dst, x, m, math.Log(expSumGeneric(x, m)))
}

// LogSumExp returns m + ln Σⱼ e^(x[j]−m) with m the largest of x; m itself if that is infinite.
func LogSumExp(x []float32) float32 {
	m := maxOf(x)
	if math.IsInf(float64(m), 0) {
		return m
	}
	return m + float32(math.Log(float64(expSum(x, m))))
}

// LogSumExp64 is [LogSumExp] in float64.
func LogSumExp64(x []float64) float64 {
	m := maxGeneric(x)
	if math.IsInf(m, 0) {
		return m
	}
	return m + math.Log(expSumGeneric(x, m))
}

// ExpSum returns Σ e^(x[i]−m), in the tree of [Sum].
func ExpSum(x []float32, m float32) float32 { return expSum(x, m) }

// ExpSum64 is [ExpSum] in float64.
func ExpSum64(x []float64, m float64) float64 { return expSumGeneric(x, m) }

// ExpShift sets dst[i] = e^(x[i]−m) and returns the sum of dst, in the tree of [Sum].
func ExpShift(dst, x []float32, m float32) float32 { return expShift(dst, x[:len(dst)], m) }

// ExpShift64 is [ExpShift] in float64.
func ExpShift64(dst, x []float64, m float64) float64 { return expShiftGeneric(dst, x, m) }

// SoftmaxGrad sets dst[i] = y[i]·(dy[i] − Σⱼ dy[j]·y[j]), the gradient of [Softmax] from its result y.
func SoftmaxGrad(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	softmaxApply(dst, dy, y, dot(dy, y))
}

// SoftmaxGrad64 is [SoftmaxGrad] in float64.
func SoftmaxGrad64(dst, dy, y []float64) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	softmaxApplyGeneric(dst, dy, y, dotGeneric(dy, y))
}

// LogSoftmaxGrad sets dst[i] = dy[i] − e^y[i]·Σⱼ dy[j], the gradient of [LogSoftmax] from its result y.
func LogSoftmaxGrad(dst, dy, y []float32) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	logSoftmaxBack(dst, dy, y, sum(dy))
}

// LogSoftmaxGrad64 is [LogSoftmaxGrad] in float64.
func LogSoftmaxGrad64(dst, dy, y []float64) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	logSoftmaxBackGeneric(dst, dy, y, sumGeneric(dy))
}

// expSumGeneric returns Σ e^(x[i]−m), in the tree of 64 lanes.
func expSumGeneric[T float](x []T, m T) T {
	var lane [lanes]T
	for i, v := range x {
		lane[i%lanes] += T(math.Exp(float64(v - m)))
	}
	return fold(&lane)
}

// expShiftGeneric sets dst[i] = e^(x[i]−m) and returns the sum, in the tree of 64 lanes.
func expShiftGeneric[T float](dst, x []T, m T) T {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Exp(float64(v - m)))
	}
	return sumGeneric(dst)
}

// shift2Generic sets dst[i] = (x[i] − m) − s.
func shift2Generic[T float](dst, x []T, m, s T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = (v - m) - s
	}
}

// softmaxApplyGeneric sets dst[i] = y[i]·(dy[i] − s).
func softmaxApplyGeneric[T float](dst, dy, y []T, s T) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	for i, v := range y {
		dst[i] = v * (dy[i] - s)
	}
}

// logSoftmaxBackGeneric sets dst[i] = dy[i] − e^y[i]·s.
func logSoftmaxBackGeneric[T float](dst, dy, y []T, s T) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	for i, v := range y {
		dst[i] = dy[i] - T(T(math.Exp(float64(v)))*s)
	}
}
