package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/tensor"
)

// PathLength holds how far a generator's pictures move with their styles near an average: a step in style then changes every
// picture as much. Its count is the number of pictures.
//
//	style [n … d], pictures(style) [n c h w], noise like the pictures, standard normal
//	Jᵢ = ∂ Σ pictures · noise / ∂styleᵢ / √(h w)      lengthᵢ = √(mean over … of Σ_d Jᵢ²)
//	sum = Σᵢ (lengthᵢ − a)²                            a = mean + decay · (mean of lengthᵢ − mean)
//
// It returns also a, the average of the step, which is the Mean of the next and has no gradient. StyleGAN2 takes it every
// eighth step, with half the batch and the weight 2 · 8. The gradient is differentiated once more, by the generator's
// parameters.
//
// It panics with a [tensor.Error] if the style is not [n … d] of floats, or the noise has another shape than the pictures.
//
// Karras and others, Analyzing and Improving the Image Quality of StyleGAN, 2019 (arXiv:1912.04958), equation 4.
type PathLength struct {
	Mean  float64 // of the steps before; 0 at the first
	Decay float64 // how much of the step goes into it; 0 means the authors' 0.01
}

// Loss returns the penalty of a generator at styles, and the average length after this step.
func (o PathLength) Loss(pictures func(style *tensor.Tensor) *tensor.Tensor, style, noise *tensor.Tensor) (Loss, float64) {
	const name = "PathLength"
	if style.Rank() < 2 || !style.DType().IsFloat() {
		panic(tensor.Errorf(name, "styles %s of shape %v; want floats [n … d]", style.DType(), style))
	}
	if style = wide(style); !style.NeedsGrad() {
		style = style.Watch()
	}
	x := wide(pictures(style))
	if !slices.Equal(x.Shape(), noise.Shape()) {
		panic(tensor.Errorf(name, "noise of shape %v for pictures of shape %v", noise.Shape(), x.Shape()))
	}
	n, pixels := style.Dim(0), 1
	for i := 2; i < x.Rank(); i++ {
		pixels *= x.Dim(i)
	}
	j := autograd.Grad(x.Mul(noise.Cast(x.DType())).Sum().Scale(1/math.Sqrt(float64(pixels))), style)[0]
	squared := j.Square().Sum(-1).Reshape(n, -1).Mean(1) // [n]
	length := root(squared)
	decay := or(o.Decay, 0.01)
	mean := o.Mean + decay*(length.Detach().Mean().Item()-o.Mean)
	return Loss{length.AddScalar(-mean).Square().Sum(), float64(n)}, mean
}
