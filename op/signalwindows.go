package op

import "math"

// A SignalWindow makes the n weights of a window. A periodic one is the first n of n + 1 that would be symmetric: what a spectrum wants.
// Symmetric ones are for the design of filters.
type SignalWindow func(n int, symmetric bool) []float64

// Hann is the window sin²(πi/n).
func Hann(n int, symmetric bool) []float64 { return cosines(n, symmetric, 0.5, 0.5) }

// Hamming is the window 0.54 − 0.46 cos(2πi/n).
func Hamming(n int, symmetric bool) []float64 { return cosines(n, symmetric, 0.54, 0.46) }

// Blackman is the window 0.42 − 0.5 cos(2πi/n) + 0.08 cos(4πi/n).
func Blackman(n int, symmetric bool) []float64 { return cosines(n, symmetric, 0.42, 0.5, 0.08) }

// Nuttall is the window of four cosines with continuous first derivative, with sidelobes below −93 dB.
func Nuttall(n int, symmetric bool) []float64 {
	return cosines(n, symmetric, 0.3635819, 0.4891775, 0.1365995, 0.0106411)
}

// Rectangular is the window of ones.
func Rectangular(n int, _ bool) []float64 { return ones(n) }

// Bartlett is the triangle 1 − |2i/n − 1|.
func Bartlett(n int, symmetric bool) []float64 {
	return weights(n, symmetric, func(t float64) float64 { return 1 - math.Abs(2*t-1) })
}

// Cosine is the window sin(π(i + ½)/n), half a wave.
func Cosine(n int, symmetric bool) []float64 {
	whole := wholeWindow(n, symmetric) + 1
	return eachWeight(n, func(i float64) float64 { return math.Sin(math.Pi * (i + 0.5) / whole) })
}

// Kaiser returns the window I₀(β √(1 − (2i/n − 1)²)) / I₀(β), whose β trades width for sidelobes.
//
// Kaiser and Schafer, On the Use of the I₀-Sinh Window for Spectrum Analysis, 1980.
func Kaiser(beta float64) SignalWindow {
	return func(n int, symmetric bool) []float64 {
		return weights(n, symmetric, func(t float64) float64 {
			return bessel0(beta*math.Sqrt(max(0, 1-(2*t-1)*(2*t-1)))) / bessel0(beta)
		})
	}
}

// Gaussian returns the window e^(−x²/2σ²), σ in points, x the distance from the middle.
func Gaussian(sigma float64) SignalWindow {
	return func(n int, symmetric bool) []float64 {
		middle := wholeWindow(n, symmetric) / 2
		return eachWeight(n, func(i float64) float64 {
			x := (i - middle) / sigma
			return math.Exp(-x * x / 2)
		})
	}
}

// cosines is the window a₀ − a₁ cos x + a₂ cos 2x − … of x from 0 to 2π.
func cosines(n int, symmetric bool, a ...float64) []float64 {
	return weights(n, symmetric, func(t float64) float64 {
		sum, sign := 0.0, 1.0
		for k, c := range a {
			sum += sign * c * math.Cos(2*math.Pi*float64(k)*t)
			sign = -sign
		}
		return sum
	})
}

// weights are f from 0 to 1.
func weights(n int, symmetric bool, f func(t float64) float64) []float64 {
	whole := wholeWindow(n, symmetric)
	return eachWeight(n, func(i float64) float64 { return f(i / whole) })
}

// wholeWindow returns the distance from the first point to the last; a periodic window has one more.
func wholeWindow(n int, symmetric bool) float64 {
	if symmetric {
		return float64(n - 1)
	}
	return float64(n)
}

// eachWeight is f of each point, 1 if it is alone.
func eachWeight(n int, f func(i float64) float64) []float64 {
	if n == 1 {
		return ones(1)
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = f(float64(i))
	}
	return w
}

// bessel0 is the modified Bessel function I₀, by its series: Abramowitz and Stegun, 9.6.12.
func bessel0(x float64) float64 {
	sum, t := 1.0, 1.0
	for k := 1.0; t > sum*1e-17; k++ {
		t *= x / (2 * k) * (x / (2 * k))
		sum += t
	}
	return sum
}
