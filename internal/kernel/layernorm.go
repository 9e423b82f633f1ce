package kernel

import "math"

var (
	sumSquareFrom  = sumSquareFromGeneric[float32]
	standardize    = standardizeGeneric[float32]
	scaleAndShift  = scaleAndShiftGeneric[float32]
	standardDot    = standardDotGeneric[float32]
	standardDot3   = standardDot3Generic[float32]
	standardGain   = standardGainGeneric[float32]
	layerNormBack  = layerNormBackGeneric[float32]
	layerNormBackG = layerNormBackGGeneric[float32]
)

// LayerNorm sets dst[i] = (x[i] − μ)·rstd·gain[i] + bias[i] with μ the mean of x and rstd = 1/√(σ² + ε), σ² being
// the mean of (x[i] − μ)². It returns μ and rstd. A gain that is nil counts as 1, a bias that is nil as 0.
// Both sums are taken in the tree of [Sum].
func LayerNorm(dst, x, gain, bias []float32, eps float32) (mean, rstd float32) {
	x = x[:len(dst)]
	n := float32(len(x))
	mean = sum(x) / n
	rstd = 1 / float32(math.Sqrt(float64(sumSquareFrom(x, mean)/n+eps)))
	if gain != nil && bias != nil {
		scaleAndShift(dst, x, gain[:len(x)], bias[:len(x)], mean, rstd)
		return mean, rstd
	}
	standardize(dst, x, mean, rstd)
	if gain != nil {
		Mul(dst, dst, gain)
	}
	if bias != nil {
		Add(dst, dst, bias)
	}
	return mean, rstd
}

// LayerNorm64 is [LayerNorm] in float64.
func LayerNorm64(dst, x, gain, bias []float64, eps float64) (mean, rstd float64) {
	x = x[:len(dst)]
	n := float64(len(x))
	mean = sumGeneric(x) / n
	rstd = 1 / math.Sqrt(sumSquareFromGeneric(x, mean)/n+eps)
	standardizeGeneric(dst, x, mean, rstd)
	if gain != nil {
		Mul64(dst, dst, gain)
	}
	if bias != nil {
		Add64(dst, dst, bias)
	}
	return mean, rstd
}

// LayerNormGrad is the gradient of [LayerNorm]. With x̂ = (x − mean)·rstd, g = dy·gain (dy if gain is nil), n = len(dx),
//
//	dx[i] = rstd·((g[i] − Σ g/n) − x̂[i]·(Σ g·x̂/n))    dgain[i] += dy[i]·x̂[i]    dbias[i] += dy[i]
//
// A dgain or dbias that is nil is not wanted.
func LayerNormGrad(dx, dgain, dbias, dy, x, gain []float32, mean, rstd float32) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	if dgain != nil {
		standardGain(dgain[:len(dx)], dy, x, mean, rstd)
	}
	if dbias != nil {
		accumulate(dbias[:len(dx)], dy, 1)
	}
	n := float32(len(dx))
	if gain == nil {
		layerNormBack(dx, dy, x, mean, rstd, sum(dy)/n, standardDot(dy, x, mean, rstd)/n)
		return
	}
	gain = gain[:len(dx)]
	layerNormBackG(dx, dy, gain, x, mean, rstd, dot(dy, gain)/n, standardDot3(dy, gain, x, mean, rstd)/n)
}

// LayerNormGrad64 is [LayerNormGrad] in float64.
func LayerNormGrad64(dx, dgain, dbias, dy, x, gain []float64, mean, rstd float64) {
	dy, x = dy[:len(dx)], x[:len(dx)]
	if dgain != nil {
		standardGainGeneric(dgain[:len(dx)], dy, x, mean, rstd)
	}
	if dbias != nil {
		accumulateGeneric(dbias[:len(dx)], dy, 1)
	}
	n := float64(len(dx))
	if gain == nil {
		layerNormBackGeneric(dx, dy, x, mean, rstd, sumGeneric(dy)/n, standardDotGeneric(dy, x, mean, rstd)/n)
		return
	}
	layerNormBackGGeneric(dx, dy, gain, x, mean, rstd, dotGeneric(dy, gain)/n, standardDot3Generic(dy, gain, x, mean, rstd)/n)
}
