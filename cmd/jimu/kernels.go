package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A kernelProbe calls kernels on three slices of one length and returns what they computed.
type kernelProbe struct {
	covers string // the names of the kernels
	run    func(a, b, c []float32) []float32
}

// unary returns the probe of a kernel of one slice.
func unary(name string, f func(dst, x []float32)) kernelProbe {
	return kernelProbe{name, func(a, _, _ []float32) []float32 { f(a, a); return a }}
}

// positive is unary on numbers above 0.
func positive(name string, f func(dst, x []float32)) kernelProbe {
	return kernelProbe{name, func(a, b, _ []float32) []float32 { kernel.Abs(b, a); f(a, b); return a }}
}

// binary returns the probe of a kernel of two slices.
func binary(name string, f func(dst, x, y []float32)) kernelProbe {
	return kernelProbe{name, func(a, b, c []float32) []float32 { f(c, a, b); return c }}
}

// scalar returns the probe of a kernel of a slice and a number.
func scalar(name string, f func(dst, x []float32, s float32)) kernelProbe {
	return kernelProbe{name, func(a, b, _ []float32) []float32 { f(b, a, 0.7); return b }}
}

// sum returns the probe of a kernel that makes one number of a slice.
func sum(name string, f func(x []float32) float32) kernelProbe {
	return kernelProbe{name, func(a, _, _ []float32) []float32 { return []float32{f(a)} }}
}

// halves returns the probe of conversions to 16 bits and back.
func halves(names string, to func(dst []uint16, src []float32), from func(dst []float32, src []uint16)) kernelProbe {
	return kernelProbe{names, func(a, b, _ []float32) []float32 {
		h := make([]uint16, len(a))
		to(h, a)
		from(b, h)
		return b
	}}
}

// sgd returns the probe of a form of SGD.
func sgd(name string, r kernel.SGDRule) kernelProbe {
	return kernelProbe{name, func(p, v, g []float32) []float32 { kernel.SGD(p, v, g, r); return append(p, v...) }}
}

var kernelProbes = []kernelProbe{
	binary("add", kernel.Add), binary("sub", kernel.Sub), binary("mul", kernel.Mul), binary("div", kernel.Div),
	binary("addfour", func(dst, x, y []float32) { kernel.AddFour(dst, x, y, x, y) }), binary("maximum", kernel.Maximum), binary("minimum", kernel.Minimum),
	binary("relugrad", kernel.ReluGrad), binary("sigmoidgrad", kernel.SigmoidGrad), binary("tanhgrad", kernel.TanhGrad),
	binary("gelugrad", kernel.GeluGrad), binary("gelutanhgrad", kernel.GeluTanhGrad), binary("silugrad", kernel.SiluGrad),
	scalar("addscalar", kernel.AddScalar), scalar("mulscalar", kernel.MulScalar), scalar("subfrom", kernel.SubFrom),
	scalar("divinto", kernel.DivInto), scalar("maximumscalar", kernel.MaximumScalar), scalar("minimumscalar", kernel.MinimumScalar),
	unary("neg", kernel.Neg), unary("abs", kernel.Abs), unary("relu", kernel.Relu), positive("sqrt", kernel.Sqrt),
	unary("exp", kernel.Exp), positive("log", kernel.Log), unary("tanh", kernel.Tanh), unary("sigmoid", kernel.Sigmoid),
	unary("silu", kernel.Silu), unary("softplus", kernel.Softplus), unary("erf", kernel.Erf), unary("gelu", kernel.Gelu),
	unary("gelutanh", kernel.GeluTanh), unary("sin", kernel.Sin), unary("cos", kernel.Cos),
	unary("expshift expsum shift2 softmaxapply", func(dst, x []float32) {
		n := len(x) / 2
		kernel.Softmax(dst[:n], x[:n])
		kernel.LogSoftmax(dst[n:], x[n:])
	}),
	binary("logsoftmaxback", func(dst, x, y []float32) {
		n := len(x) / 2
		kernel.SoftmaxGrad(dst[:n], x[:n], y[:n])
		kernel.LogSoftmaxGrad(dst[n:], x[n:], y[n:])
	}),
	sum("sum", kernel.Sum), sum("sumsquare", kernel.SumSquare), sum("max", kernel.Max), sum("min", kernel.Min),
	sum("expsum", kernel.LogSumExp),
	{"dot", func(a, b, _ []float32) []float32 { return []float32{kernel.Dot(a, b)} }},
	{"accumulate", func(a, b, _ []float32) []float32 { kernel.Accumulate(a, b, 0.3); return a }},
	{"centeredsquare", func(a, b, c []float32) []float32 { kernel.CenteredSquare(a, b, c); return a }},
	{"centeredproduct", func(a, b, c []float32) []float32 { kernel.CenteredProduct(a, b, c, b); return a }},
	{"normalize", func(a, b, c []float32) []float32 { kernel.Normalize(a, a, b, c); return a }},
	{"rotate", func(a, b, c []float32) []float32 { kernel.Rotate(a, b, a, b, c, c); return append(a, b...) }},
	{"geluslope", func(a, b, _ []float32) []float32 { kernel.GeluSlope(a, b, b); return append(a, b...) }},
	{"normalizegrad", func(a, b, c []float32) []float32 { kernel.NormalizeGrad(a, b, c, b, c, b, c); return a }},
	{"standardize sumsquarefrom scaleandshift", func(a, b, c []float32) []float32 {
		mean, rstd := kernel.LayerNorm(a, a, b, c, 1e-5)
		kernel.LayerNorm(b, b, nil, nil, 1e-5)
		return append(append(a, b...), mean, rstd)
	}},
	{"standarddot standarddot3 standardgain layernormback layernormbackg", func(a, b, c []float32) []float32 {
		dx, dgain, dbias := make([]float32, 2*len(a)), make([]float32, len(a)), make([]float32, len(a))
		kernel.LayerNormGrad(dx[:len(a)], dgain, dbias, a, b, c, 0.1, 0.9)
		kernel.LayerNormGrad(dx[len(a):], nil, nil, a, b, nil, 0.1, 0.9)
		return slices.Concat(dx, dgain, dbias)
	}},
	sgd("sgdplain", kernel.SGDRule{LR: 0.1, Scale: 1, WeightDecay: 0.01}),
	sgd("sgdmomentum", kernel.SGDRule{LR: 0.1, Scale: 1, Momentum: 0.9}),
	sgd("sgdnesterov", kernel.SGDRule{LR: 0.1, Scale: 1, Momentum: 0.9, Nesterov: true}),
	{"adam", func(p, m, g []float32) []float32 {
		v := make([]float32, len(p))
		kernel.Adam(p, m, v, g, kernel.AdamRule{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, Step: 3, Scale: 1})
		return slices.Concat(p, m, v)
	}},
	halves("float32tobfloat16 bfloat16tofloat32", kernel.Float32ToBFloat16, kernel.BFloat16ToFloat32),
	halves("float32tofloat16 float16tofloat32", kernel.Float32ToFloat16, kernel.Float16ToFloat32),
	{"uniformblocks", func(a, _, _ []float32) []float32 { kernel.Uniform(a, 7, 0); return a }},
	{"dropwhere dropoutblocks", func(a, b, c []float32) []float32 { kernel.Dropout(a, b, c, 7, 0, 0.3, 1.4); return a }},
	{"normalblocks", func(a, _, _ []float32) []float32 { kernel.Normal(a, 7, 0); return a }},
	{"gemm packCopy packTranspose", func(a, b, _ []float32) []float32 {
		x, y := tensor.Of(slices.Concat(a, b)[:30*67], 30, 67), tensor.Of(slices.Concat(b, a)[:67*29], 67, 29)
		return slices.Concat(x.MatMul(y).Floats(), y.T().MatMul(x.T()).Floats())
	}},
	{"gemv", func(a, b, c []float32) []float32 { kernel.Gemv(a[:30], b[:20], c, 30); return a[:30] }},
	{"maxpool maxpoolgrad meanpool", probePools},
	{"winograd", probeWinograd},
	{"depthforward depthweights", probeDepth},
	{"lstm lstmgrad gru grugrad", probeCells},
	{"streamtranspose streamcopy", probeStreams},
	{"weightrows unpackweights largestbits roundbytes", probeWeights},
	{"panelbfloat16 panelint8 putfloat32 putbfloat16 putint32 packgroups packpairs packrows", probePanels},
	{"peak", func(_, _, _ []float32) []float32 { return []float32{float32(min(1, kernel.Peak(8)))} }},
}

// probePools pools rows of a, and sends what they are back to where the largest came from.
func probePools(a, b, _ []float32) []float32 {
	const channels, positions = 37, 12
	largest, mean, back, at := make([]float32, channels*positions), make([]float32, channels*positions), b, make([]uint8, channels*positions)
	r := kernel.PoolRow[float32]{
		Y: largest, X: a, At: at, YStep: channels, XStep: 2 * channels, AtStep: channels, Positions: positions, Channels: channels,
		Taps: []kernel.PoolTap[float32]{{Weight: 0.25}, {X: channels, Mark: 1, Weight: 0.5}, {X: 2 * channels, Mark: 2, Weight: 0.25}},
	}
	kernel.MaxPool(&r)
	r.Y = mean
	kernel.MeanPool(&r)
	r.Y, r.X, r.XStep, r.Taps = back, largest, channels, []kernel.PoolTap[float32]{{Mark: 0}, {Mark: 2}}
	kernel.MaxPoolGrad(&r)
	return slices.Concat(largest, mean, back)
}

// probeStreams writes a matrix past the caches, as it is and turned.
func probeStreams(a, b, _ []float32) []float32 {
	const rows, k = 16, 32
	room := make([]float32, 2*rows*k+16)
	for i := range 16 { // from where the rows are aligned
		if kernel.Streams(room[i:], rows) {
			kernel.StreamTranspose(room[i:], rows, a, k, rows, k)
			kernel.StreamCopy(room[i+rows*k:], k, b, k, rows, k)
			return room[i:][:2*rows*k]
		}
	}
	return nil
}

// checkKernels compares every implementation of every kernel with plain Go.
func checkKernels() (string, error) {
	sets := kernel.Sets()
	for _, p := range kernelProbes {
		for _, n := range []int{1011, 1024} {
			want := p.under(sets[0], n)
			for _, set := range sets[1:] {
				if at := differ(p.under(set, n), want); at != "" {
					return "", fmt.Errorf("%s with %s: %s", p.covers, set, at)
				}
			}
		}
	}
	if left := unchecked(); left != nil {
		return "", fmt.Errorf("no check for %s", strings.Join(left, ", "))
	}
	if len(sets) == 1 {
		return "plain Go only: nothing to compare", nil
	}
	return fmt.Sprintf("%s compute what plain Go does", strings.Join(sets[1:], " and ")), nil
}

// under runs the probe with an instruction set.
func (p *kernelProbe) under(set string, n int) []float32 {
	defer kernel.Use(set)()
	in := make([][]float32, 3)
	for i := range in {
		in[i] = make([]float32, n)
		rng.KeyOf(uint64(i + 1)).Normal(in[i]) // with the same set as the probe: also compared
	}
	return p.run(in[0], in[1], in[2])
}

// differ says where two results differ by more than rounding, or nothing.
func differ(got, want []float32) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d results instead of %d", len(got), len(want))
	}
	largest := 0.0
	for _, w := range want {
		if x := math.Abs(float64(w)); x > largest && !math.IsInf(x, 0) {
			largest = x
		}
	}
	for i, w := range want {
		g := got[i]
		if g == w || g != g && w != w {
			continue
		}
		if d := math.Abs(float64(g) - float64(w)); !(d <= 1e-4*math.Abs(float64(w))+1e-5*min(largest, 100)) {
			return fmt.Sprintf("element %d is %v, in plain Go %v", i, g, w)
		}
	}
	return ""
}

// unchecked returns the kernels that have several implementations and no probe.
func unchecked() (left []string) {
	for _, im := range kernel.Implementations() {
		if im.Set != "generic" || slices.ContainsFunc(kernelProbes, func(p kernelProbe) bool {
			return slices.Contains(strings.Fields(p.covers), im.Kernel)
		}) {
			continue
		}
		left = append(left, im.Kernel)
	}
	return left
}

func nameOf(p tensor.Named) format.Named {
	return format.Named{Name: p.Name, Tensor: p.Param.Value}
}
