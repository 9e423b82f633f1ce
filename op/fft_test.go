package op_test

import (
	"math"
	"math/cmplx"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// transformed is the call of a case of a transform: its norm and axes.
func transformed(f func(c *check.Case, x *tensor.Tensor, norm op.Norm, axes []int) *tensor.Tensor) func(c *check.Case) call {
	return func(c *check.Case) call {
		return one(func(x *tensor.Tensor) *tensor.Tensor { return f(c, x, op.Norm(c.Int("norm")), c.Ints("axes")) })
	}
}

func frames(c *check.Case) op.STFTConfig {
	config := op.STFTConfig{Size: c.Int("size"), Hop: c.Int("hop"), NoCenter: !c.Bool("center"), Normalized: c.Bool("normalized")}
	if n := c.Int("window"); n > 0 {
		config.Window = op.Hamming(n, false)
	}
	return config
}

var small = op.STFTConfig{Size: 4, Hop: 2, Window: op.Hamming(4, false)}

var _ = []bool{
	register(sample{
		name: "FFT", in: list(wave(2, 3, 2)), shape: []int{2, 3, 2}, golden: "FFT/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.FFT(x, op.NormBackward) }),
		attrs: transformed(func(_ *check.Case, x *tensor.Tensor, norm op.Norm, axes []int) *tensor.Tensor {
			return op.FFT(x, norm, axes...)
		}),
		misuse: []misuse{
			{"FFT: shape [3] has no pairs of real and imaginary parts at its end", func() { op.FFT(wave(3), op.NormBackward) }},
			{"FFT: no axis 1 to transform in shape [3 2]", func() { op.FFT(wave(3, 2), op.NormBackward, 1) }},
			{"FFT: axis -1 of shape [3 2] is named twice", func() { op.FFT(wave(3, 2), op.NormBackward, 0, -1) }},
		},
	}),
	register(sample{name: "FFT/long", in: list(wave(1, 37, 2)), order: 1, shape: []int{1, 37, 2}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.FFT(x, op.NormOrtho, -1)
	})}),
	register(sample{
		name: "IFFT", in: list(wave(2, 3, 2)), shape: []int{2, 3, 2}, golden: "IFFT/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.IFFT(x, op.NormForward, 0) }),
		attrs: transformed(func(_ *check.Case, x *tensor.Tensor, norm op.Norm, axes []int) *tensor.Tensor {
			return op.IFFT(x, norm, axes...)
		}),
		misuse: []misuse{{"IFFT: the input is int64", func() { op.IFFT(integers, op.NormBackward) }}},
	}),
	register(sample{
		name: "RFFT", in: list(wave(2, 5)), shape: []int{2, 3, 2}, golden: "RFFT/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.RFFT(x, op.NormOrtho) }),
		attrs: transformed(func(_ *check.Case, x *tensor.Tensor, norm op.Norm, axes []int) *tensor.Tensor {
			return op.RFFT(x, norm, axes...)
		}),
		misuse: []misuse{
			{"RFFT: the input is int64", func() { op.RFFT(integers, op.NormBackward) }},
			{"RFFT: axis 1 of shape [2 0] is empty, or named twice", func() { op.RFFT(wave(2, 0), op.NormBackward) }},
			{"RFFT: axis 1 of shape [2 3] is empty, or named twice", func() { op.RFFT(wave(2, 3), op.NormBackward, -1, 1) }},
		},
	}),
	register(sample{
		name: "IRFFT", in: list(wave(2, 3, 2)), shape: []int{2, 4}, golden: "IRFFT/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.IRFFT(x, 4, op.NormBackward) }),
		attrs: transformed(func(c *check.Case, x *tensor.Tensor, norm op.Norm, axes []int) *tensor.Tensor {
			return op.IRFFT(x, c.Int("n"), norm, axes...)
		}),
		misuse: []misuse{{"IRFFT: axis 0 of shape [3 2] is not half of 6 numbers", func() { op.IRFFT(wave(3, 2), 6, op.NormBackward) }}},
	}),
	register(sample{name: "FFTShift", in: list(wave(2, 5)), shape: []int{2, 5}, golden: "FFTShift/", names: []string{"x"}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.FFTShift(x, 0, 1)
	})}),
	register(sample{name: "IFFTShift", in: list(wave(2, 5)), shape: []int{2, 5}, golden: "IFFTShift/", names: []string{"x"}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.IFFTShift(x, 0, 1)
	})}),

	register(sample{name: "Complex", in: list(wave(2, 3), wave(2, 3)), shape: []int{2, 3, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.Complex(x[0], x[1])
	}}),
	register(sample{
		name: "ComplexMul", in: list(wave(2, 3, 2), wave(3, 2)), shape: []int{2, 3, 2}, golden: "ComplexMul/", names: []string{"x", "w"},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.ComplexMul(x[0], x[1]) },
		misuse: []misuse{{"ComplexMul: shape [3] has no pairs", func() { op.ComplexMul(wave(2), wave(3)) }}},
	}),
	register(sample{name: "ComplexConj", in: list(wave(3, 2)), shape: []int{3, 2}, call: one(op.ComplexConj)}),
	register(sample{name: "ComplexAbs", in: list(wave(3, 2)), shape: []int{3}, golden: "ComplexAbs/", names: []string{"x"}, call: one(op.ComplexAbs)}),
	register(sample{name: "ComplexAngle", in: list(wave(3, 2)), shape: []int{3}, golden: "ComplexAngle/", names: []string{"x"}, call: one(op.ComplexAngle)}),

	register(sample{
		name: "STFT", in: list(wave(2, 7)), shape: []int{2, 3, 4, 2}, golden: "STFT/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.STFT(x, small) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.STFT(x, frames(c)) })
		},
		misuse: []misuse{
			{"STFT: frames of 4, 4 apart, with a window of 5", func() { op.STFT(wave(9), op.STFTConfig{Size: 4, Hop: 4, Window: op.Hann(5, false)}) }},
			{"STFT: a frame of 4 does not fit in shape [3]", func() { op.STFT(wave(3), op.STFTConfig{Size: 4, NoCenter: true}) }},
			{"PadReflect: [200 200] for axis 0 of shape [9]", func() { op.STFT(wave(9), op.STFTConfig{}) }},
		},
	}),
	register(sample{
		name: "ISTFT", in: list(wave(2, 3, 4, 2)), shape: []int{2, 6}, golden: "ISTFT/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.ISTFT(x, small, 0) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.ISTFT(x, frames(c), c.Int("length")) })
		},
		misuse: []misuse{
			{"ISTFT: shape [2 4 2] is not [… 3 frames 2]", func() { op.ISTFT(wave(2, 4, 2), small, 0) }},
			{"ISTFT: point 0 of shape [3 4 2] lies under no window", func() { op.ISTFT(wave(3, 4, 2), op.STFTConfig{Size: 4, Hop: 2, NoCenter: true}, 0) }},
		},
	}),
}

// Transforms of all lengths are the sums that they are said to be, and come back.
func TestLengthsOfFFT(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 30, 31, 32, 37, 49, 60, 64, 74, 97, 100, 121, 128, 134, 210, 961, 1009} {
		x := wave(n, 2)
		v := tensor.Values[float64](x)
		y := op.FFT(x, op.NormBackward)
		got := tensor.Values[float64](y)
		step := max(1, n/40)
		for k := 0; k < n; k += step {
			var want complex128
			for j := range n {
				want += complex(v[2*j], v[2*j+1]) * cmplx.Rect(1, -2*math.Pi*float64(j*k%n)/float64(n))
			}
			if d := cmplx.Abs(complex(got[2*k], got[2*k+1]) - want); d > 1e-12*float64(n) {
				t.Errorf("length %d, frequency %d: off by %g", n, k, d)
			}
		}
		whole := op.FFT(op.Complex(x.Select(1, 0), x.Select(1, 0).Scale(0)), op.NormBackward).Slice(0, 0, n/2+1)
		for i, d := range tensor.Values[float64](op.RFFT(x.Select(1, 0), op.NormBackward).Sub(whole)) {
			if math.Abs(d) > 1e-13*float64(n) {
				t.Errorf("length %d, element %d of the half of a real one: off by %g", n, i, d)
				break
			}
		}
		for i, b := range tensor.Values[float64](op.IFFT(y, op.NormBackward)) {
			if math.Abs(b-v[i]) > 1e-13*float64(n) {
				t.Errorf("length %d, element %d: came back as %g, was %g", n, i, b, v[i])
				break
			}
		}
	}
}

// What STFT takes apart ISTFT puts together.
func TestSTFTComesBack(t *testing.T) {
	x := wave(2, 43)
	for name, c := range map[string]op.STFTConfig{
		"even": {Size: 8, Hop: 2}, "odd": {Size: 9, Hop: 3}, "hamming": {Size: 8, Hop: 4, Window: op.Hamming(8, false)},
		"short window": {Size: 8, Hop: 2, Window: op.Hann(6, false)}, "normalized": {Size: 8, Hop: 2, Normalized: true},
	} {
		y := op.ISTFT(op.STFT(x, c), c, 43)
		n := 43 - c.Size // the last frame may not reach the end
		got, want := tensor.Values[float64](y.Slice(1, 0, n)), tensor.Values[float64](x.Slice(1, 0, n))
		for i, w := range want {
			if math.Abs(got[i]-w) > 1e-12 {
				t.Errorf("%s: element %d came back as %g, was %g", name, i, got[i], w)
				break
			}
		}
		if y.Dim(1) != 43 {
			t.Errorf("%s: shape %v", name, y.Shape())
		}
	}
}

// Windows are those of SciPy.
func TestWindowsOfSciPy(t *testing.T) {
	windows := map[string]op.SignalWindow{
		"hann": op.Hann, "hamming": op.Hamming, "blackman": op.Blackman, "nuttall": op.Nuttall, "boxcar": op.Rectangular,
		"bartlett": op.Bartlett, "cosine": op.Cosine, "kaiser": op.Kaiser(7.5), "gaussian": op.Gaussian(2.5),
	}
	for _, c := range check.Cases(t, check.Golden(t, "testdata/window.golden"), "Window/") {
		c := c.On(t)
		var kind string
		c.Attr("kind", &kind)
		want := c.Float64("y")
		for i, v := range windows[kind](len(want), c.Bool("symmetric")) {
			if math.Abs(v-want[i]) > 1e-14 {
				t.Errorf("%s: element %d is %.17g, want %.17g", c.Name, i, v, want[i])
			}
		}
	}
}
