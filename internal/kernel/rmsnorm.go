package kernel

import "math"

// RMSNorm sets dst[i] = x[i]·rstd·gain[i] with rstd = 1/√(σ² + ε), σ² being the mean of x[i]², and returns rstd. A gain
// that is nil counts as 1. The sum is taken in the tree of [Sum].
func RMSNorm(dst, x, gain []float32, eps float32) (rstd float32) {
	x = x[:len(dst)]
	rstd = 1 / float32(math.Sqrt(float64(sumSquare(x)/float32(len(x))+eps)))
	mulScalar(dst, x, rstd)
	if gain != nil {
		Mul(dst, dst, gain)
	}
	return rstd
}

// RMSNorm64 is [RMSNorm] in float64.
func RMSNorm64(dst, x, gain []float64, eps float64) (rstd float64) {
	x = x[:len(dst)]
	rstd = 1 / math.Sqrt(sumSquareGeneric(x)/float64(len(x))+eps)
	mulScalarGeneric(dst, x, rstd)
	if gain != nil {
		Mul64(dst, dst, gain)
	}
	return rstd
}

// RMSNormGrad is the gradient of [RMSNorm]. With x̂ = x·rstd, g = dy·gain (dy if gain is nil), n = len(dx),
//
//	dx[i] = rstd·(g[i] − x̂[i]·(Σ g·x̂/n))    dgain[i] += dy[i]·x̂[i]
//
// A dgain that is nil is not wanted.
func RMSNormGrad(dx, dgain, dy, x, gain []float32, rstd float32) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	if dgain != nil {
		standardGain(dgain[:len(dx)], dy, x, 0, rstd)
	}
	n := float32(len(dx))
	if gain == nil {
		layerNormBack(dx, dy, x, 0, rstd, 0, standardDot(dy, x, 0, rstd)/n)
		return
	}
	gain = gain[:len(dx)]
	layerNormBackG(dx, dy, gain, x, 0, rstd, 0, standardDot3(dy, gain, x, 0, rstd)/n)
}

// RMSNormGrad64 is [RMSNormGrad] in float64.
func RMSNormGrad64(dx, dgain, dy, x, gain []float64, rstd float64) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	if dgain != nil {
		standardGainGeneric(dgain[:len(dx)], dy, x, 0, rstd)
	}
	n := float64(len(dx))
	if gain == nil {
		layerNormBackGeneric(dx, dy, x, 0, rstd, 0, standardDotGeneric(dy, x, 0, rstd)/n)
		return
	}
	layerNormBackGGeneric(dx, dy, gain, x, 0, rstd, 0, standardDot3Generic(dy, gain, x, 0, rstd)/n)
}
