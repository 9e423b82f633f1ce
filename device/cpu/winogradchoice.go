package cpu

import (
	"fmt"
	"os"
	"sync/atomic"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

var exact atomic.Bool

func init() {
	v := os.Getenv("JIMU_EXACT")
	exact.Store(v != "" && v != "0")
}

// Exact forbids or allows the fast convolutions of Winograd, which round more: each result is a sum of products as it
// is defined, or is computed from tiles that were transformed. Where it is not called, the environment variable
// JIMU_EXACT decides: anything but "" and "0" forbids them. By default they are allowed.
//
// The root mean square of the error over that of the result, of normal numbers, against float64, on AVX-512:
//
//	channels        16     64     256    512
//	3×3 direct      2e-7   4e-7   8e-7   7e-7
//	3×3 by 4 by 4   1e-6   2e-6   3e-6   5e-6
//	3×3 by 2 by 2   2e-7   3e-7   5e-7   7e-7
//	5×5 direct      4e-7   7e-7   9e-7   9e-7
//	5×5 by 2 by 2   1e-6   2e-6   4e-6   5e-6
func Exact(on bool) { exact.Store(on) }

// Choice returns how the processor runs a call: "direct" or the fast convolution, such as "winograd 4x3" for 4 by 4
// outputs of a window of 3 by 3. It is "" for calls that there is one way for. It depends on the shapes, the
// instruction set and [Exact] alone.
func (processor) Choice(c *device.Call) string {
	var w *kernel.Winograd
	switch c.Op {
	case device.Conv:
		g := newConvolution(c.In[0], c.In[1], c.Out[0], &c.Window)
		s := g.forward()
		w = s.winogradOf(g.groups, g.outputs, false)
	case device.ConvInputGrad:
		g := newConvolution(c.Out[0], c.In[1], c.In[0], &c.Window)
		s, _ := g.backward([3]int{})
		w = s.winogradOf(g.groups, g.inputs, true)
	case device.ConvWeightGrad:
		w = newConvolution(c.In[0], c.Out[0], c.In[1], &c.Window).winogradWeightOf()
	default:
		return ""
	}
	if w == nil || c.Out[0].DType == device.Float64 {
		return "direct"
	}
	return fmt.Sprintf("winograd %dx%d", w.Out, w.Window)
}

var winograds = [...]*kernel.Winograd{kernel.Winograd4x3, kernel.Winograd2x3, kernel.Winograd2x5}

// winogradOf returns the fast convolution for a sweep, or nil if there is none or the direct way costs less. It
// depends on the shapes and the instruction set alone.
func (s *sweep) winogradOf(groups, outputs int, gradient bool) *kernel.Winograd {
	if groups != 1 || s.channels > sumLength || !s.square() {
		return nil
	}
	var best *kernel.Winograd
	least := s.directCost(outputs, gradient)
	for _, w := range winograds {
		if w.Window != len(s.taps[1]) {
			continue
		}
		if cost := s.winogradCost(w, outputs, gradient); cost < least {
			best, least = w, cost
		}
	}
	return best
}

// winogradWeightOf returns the fast convolution for the gradient of the weights, or nil.
func (c *convolution) winogradWeightOf() *kernel.Winograd {
	s := c.forward()
	if c.groups != 1 || !s.square() {
		return nil
	}
	var best *kernel.Winograd
	k := float64(s.channels) * vectors(c.outputs)
	taps := float64(c.taps())
	least := k * taps * (float64(c.n*c.out[0]*c.out[1]*c.out[2])*1.2 + sumNear)
	for _, w := range winograds {
		if w.Window != len(s.taps[1]) {
			continue
		}
		g := newWinogradGrid(&s, w)
		points, tiles := float64(g.n*g.n), float64(g.tiles)
		sum := sumNear
		if g.n*g.n*s.channels*c.outputs > winogradSumNear {
			sum = sumFar
		}
		if cost := points * (k*(tiles*1.1+sum) + tiles*transformIn*(vectors(s.channels)+vectors(c.outputs))); cost < least {
			best, least = w, cost
		}
	}
	return best
}

// square reports whether the window is a square of neighbours in two axes that moves step by step, and there are fast
// transformations for it and they are allowed.
func (s *sweep) square() bool {
	if exact.Load() || kernel.WinogradLanes() == 1 {
		return false
	}
	if s.step != [3]int{1, 1, 1} || len(s.taps[0]) != 1 || s.taps[0][0].at != 0 || s.grid[0] != s.x.Shape[2] {
		return false
	}
	for _, taps := range s.taps[1:] { // of every axis at least one
		for i, t := range taps {
			if len(taps) != len(s.taps[1]) || t.at != taps[0].at+i {
				return false
			}
		}
	}
	return true
}

// Costs are counted in multiply-adds of vectors, and were measured in ns: 7.5 of them on the processor they are of.
const (
	transformIn     = 20.0  // to transform and write a vector of one of the n² points
	transformOut    = 12.0  // to read and transform one
	transformWeight = 24.0  // to transform and write a vector of weights
	weightRead      = 22.0  // to read a vector of weights that are not in the second cache
	sumNear         = 40.0  // to write a vector of sums, add it to others, transform and store it
	sumFar          = 140.0 // the same, if they do not stay in the second cache
	tileOverhead    = 16.0  // products of a tile of the kernel that its beginning and end are worth
)

// directCost returns the cost of the sweep as it is defined. Gradients pack their weights each time.
func (s *sweep) directCost(outputs int, gradient bool) float64 {
	taps := float64(len(s.taps[1]) * len(s.taps[2]))
	pixels, k := float64(s.n*s.grid[0]*s.grid[1]*s.grid[2]), taps*float64(s.channels)
	cost := pixels * vectors(outputs) * (k + tileOverhead)
	if gradient {
		cost += k * vectors(outputs) * transformWeight
	}
	return cost
}

// winogradCost returns the cost of the sweep by a fast convolution. The weights of forward passes are taken to be
// kept, those of gradients are not.
func (s *sweep) winogradCost(w *kernel.Winograd, outputs int, gradient bool) float64 {
	g := newWinogradGrid(s, w)
	points, tiles, k := float64(g.n*g.n), float64(g.tiles), float64(s.channels)
	cost := tiles * points * (vectors(s.channels)*transformIn + vectors(outputs)*transformOut)
	products := tiles * (k + tileOverhead) / k
	if int(points)*s.channels*outputs > winogradNear {
		products = max(products, weightRead)
	}
	cost += points * k * vectors(outputs) * products
	if gradient {
		cost += points * k * vectors(outputs) * transformWeight
	}
	return cost
}

// vectors returns how many vectors hold so many elements.
func vectors(n int) float64 {
	lanes := kernel.WinogradLanes()
	return float64((n + lanes - 1) / lanes)
}
