package drawing

import (
	"context"
	"math"

	"github.com/jimu-ml/jimu/generate/diffusion"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A maker makes pictures with a model.
type maker struct {
	model   any
	noise   []int    // the shape of what one picture is made of
	classes []string // that can be asked for; nil: none can

	// draw returns pictures [n 1 h h] from −1 to 1 of noise [n …] and, if there are classes, of those [n].
	draw func(run passes, noise, class *tensor.Tensor) *tensor.Tensor
}

// passes runs a function in a pass of its own, and keeps what it returns: what was computed on the way is given back.
type passes func(f func(p *nn.Pass) *tensor.Tensor) *tensor.Tensor

// inOne draws in one pass.
func inOne(draw func(p *nn.Pass, noise, class *tensor.Tensor) *tensor.Tensor) func(run passes, noise, class *tensor.Tensor) *tensor.Tensor {
	return func(run passes, noise, class *tensor.Tensor) *tensor.Tensor {
		return run(func(p *nn.Pass) *tensor.Tensor {
			if class != nil {
				class = p.Input(class)
			}
			return draw(p, p.Input(noise), class)
		})
	}
}

// atOnce is how many pictures are drawn together.
const atOnce = 50

// make returns pictures [n 1 28 28] from −1 to 1 of noise [n …], with values in place of parameters if there are some.
func (m *maker) make(ctx context.Context, noise, class *tensor.Tensor, override map[*tensor.Param]*tensor.Tensor) (*tensor.Tensor, error) {
	var all []*tensor.Tensor
	config := nn.PassConfig{Params: nn.Params(m.model), Override: override}
	run := func(f func(p *nn.Pass) *tensor.Tensor) *tensor.Tensor {
		p := nn.NewPass(config)
		defer p.Close()
		return p.Keep(f(p).Contiguous())
	}
	for lo := 0; lo < noise.Dim(0); lo += atOnce {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hi := min(lo+atOnce, noise.Dim(0))
		err := tensor.Catch(func() {
			var asked *tensor.Tensor
			if m.classes != nil {
				asked = class.Slice(0, lo, hi).Contiguous()
			}
			all = append(all, seen(m.draw(run, noise.Slice(0, lo, hi).Contiguous(), asked)))
		})
		if err != nil {
			return nil, err
		}
	}
	return tensor.Concat(0, all...), nil
}

// seen returns the middle of pictures, which is not padding, held within −1 and 1.
func seen(x *tensor.Tensor) *tensor.Tensor {
	side := (x.Dim(2) - visible) / 2
	x = x.Slice(2, side, side+visible).Slice(3, side, side+visible)
	return x.Maximum(x.FullLike(-1)).Minimum(x.FullLike(1)).Contiguous()
}

// some returns the noise of n pictures.
func (m *maker) some(n int, key rng.Key) *tensor.Tensor {
	return diffusion.Noise(key, append([]int{n}, m.noise...)...)
}

// turns returns classes [n], one after another, so that each is there as often as the others.
func (m *maker) turns(n int) *tensor.Tensor {
	all := make([]int64, n)
	for i := range all {
		all[i] = int64(i % max(1, len(m.classes)))
	}
	return tensor.Of(all, n)
}

// between returns noise on the way from one to another, in so many steps: along the sphere on which most of it lies.
func between(from, to []float32, steps int) []float32 {
	var dot, a, b float64
	for i := range from {
		dot += float64(from[i]) * float64(to[i])
		a += float64(from[i]) * float64(from[i])
		b += float64(to[i]) * float64(to[i])
	}
	angle := math.Acos(max(-1, min(1, dot/math.Sqrt(a*b))))
	var way []float32
	for s := range steps {
		t := float64(s) / float64(steps-1)
		u, v := 1-t, t
		if sin := math.Sin(angle); sin > 1e-6 {
			u, v = math.Sin((1-t)*angle)/sin, math.Sin(t*angle)/sin
		}
		for i := range from {
			way = append(way, float32(u*float64(from[i])+v*float64(to[i])))
		}
	}
	return way
}
