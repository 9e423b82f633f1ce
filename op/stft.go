package op

import (
	"github.com/jimu-ml/jimu/tensor"
)

// An STFTConfig says how a signal is cut into frames.
type STFTConfig struct {
	Size       int       // of a frame, in points; 0 means 400
	Hop        int       // from one frame to the next; 0 means Size/4
	Window     []float64 // weights, at most Size, put in the middle of the frame; none means Hann over the whole frame
	NoCenter   bool      // frame i begins at i·Hop; otherwise its middle is there, and the signal is reflected at both ends
	Normalized bool      // scaled by 1/√Size
}

func (c *STFTConfig) fill(op string) {
	if c.Size == 0 {
		c.Size = 400
	}
	if c.Hop == 0 {
		c.Hop = max(c.Size/4, 1)
	}
	if c.Window == nil {
		c.Window = Hann(c.Size, false)
	}
	if c.Size < 1 || c.Hop < 1 || len(c.Window) > c.Size {
		panic(tensor.Errorf(op, "frames of %d, %d apart, with a window of %d", c.Size, c.Hop, len(c.Window)))
	}
	before := (c.Size - len(c.Window)) / 2
	whole := make([]float64, c.Size)
	copy(whole[before:], c.Window)
	c.Window = whole
}

// STFT returns the spectra of overlapping frames of signals.
//
//	x [… t] → y [… size/2+1 frames 2]
//	y[k, i] = Σⱼ window[j] · x[i·hop + j − size/2] · e^(−2πi jk/size)
//
// There are t/hop + 1 frames, without centring (t − size)/hop + 1. Complex numbers are pairs in the last axis, as in [FFT]; [ComplexAbs]
// gives the magnitudes. It is PyTorch's stft, but that the window is Hann's if none is given. It panics with a [tensor.Error] if the
// signal is shorter than a frame, or than the part that is reflected.
func STFT(x *tensor.Tensor, c STFTConfig) *tensor.Tensor {
	checkFloat("STFT", x)
	c.fill("STFT")
	if x.Rank() == 0 {
		panic(tensor.Errorf("STFT", "shape %v has no axis of time", x))
	}
	if !c.NoCenter {
		pads := make([][2]int, x.Rank())
		pads[x.Rank()-1] = [2]int{c.Size / 2, c.Size / 2}
		x = PadReflect(x, pads...)
	}
	if x.Dim(-1) < c.Size {
		panic(tensor.Errorf("STFT", "a frame of %d does not fit in shape %v", c.Size, x))
	}
	frames := x.Unfold(-1, c.Size, c.Hop)
	y := RFFT(frames.Mul(tensor.OutputOf(x.DType(), x, c.Window, []int{c.Size})), c.norm())
	return y.Transpose(-3, -2)
}

func (c *STFTConfig) norm() Norm {
	if c.Normalized {
		return NormOrtho
	}
	return NormBackward
}

// ISTFT returns the signals that have those spectra, or whose spectra are nearest to them in the sense of least squares.
//
//	x [… size/2+1 frames 2] → y [… length]
//	y[t] = Σ window · frame / Σ window²    over the frames at t
//
// Give the configuration of [STFT]. A length of 0 means what the frames cover, without the reflected ends; a longer one is filled
// with zeros. It panics with a [tensor.Error] if some point lies under no window.
//
// Griffin and Lim, Signal Estimation from Modified Short-Time Fourier Transform, 1984.
func ISTFT(x *tensor.Tensor, c STFTConfig, length int) *tensor.Tensor {
	checkComplex("ISTFT", x)
	c.fill("ISTFT")
	if x.Rank() < 3 || x.Dim(-3) != c.Size/2+1 || x.Dim(-2) == 0 || length < 0 {
		panic(tensor.Errorf("ISTFT", "shape %v is not [… %d frames 2]", x, c.Size/2+1))
	}
	n := x.Dim(-2)
	frames := IRFFT(x.Transpose(-3, -2), c.Size, c.norm())
	frames = frames.Mul(tensor.OutputOf(x.DType(), x, c.Window, []int{c.Size}))
	whole := (n-1)*c.Hop + c.Size
	at := make([]int64, n*c.Size)
	weight := make([]float64, whole)
	for i := range at {
		t := i/c.Size*c.Hop + i%c.Size
		at[i] = int64(t)
		weight[t] += c.Window[i%c.Size] * c.Window[i%c.Size]
	}
	y := frames.Flatten(-2, -1).ScatterSum(-1, tensor.OutputOf(tensor.DTypeOf[int64](), x, at, []int{len(at)}), whole)
	from, to := 0, whole
	if !c.NoCenter {
		from, to = c.Size/2, whole-c.Size/2
	}
	if length > 0 {
		to = min(from+length, whole)
	}
	if to < from {
		panic(tensor.Errorf("ISTFT", "shape %v has frames for no point", x))
	}
	for t, w := range weight[from:to] {
		if w < 1e-11 {
			panic(tensor.Errorf("ISTFT", "point %d of shape %v lies under no window", t, x))
		}
	}
	y = y.Slice(-1, from, to).Div(tensor.OutputOf(x.DType(), x, weight[from:to], []int{to - from}))
	if length > to-from {
		pads := make([][2]int, y.Rank())
		pads[y.Rank()-1][1] = length - (to - from)
		y = Pad(y, 0, pads...)
	}
	return y
}
