package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// patches is the geometry of a convolution over three spatial axes, of which the first are of length 1 where there are
// fewer. Images are channels-last: [n d h w c].
type patches struct {
	n, groups                       int
	inChannels, outChannels         int
	in, out, size, stride, dilation [3]int
	pad                             [3]int
}

// patchesOf returns the geometry for inputs and outputs [n c …].
func patchesOf(w *device.Window, x, y *device.View) patches {
	g := patches{n: x.Shape[0], groups: w.Groups, inChannels: x.Shape[1], outChannels: y.Shape[1]}
	for k := range 3 {
		g.in[k], g.out[k], g.size[k], g.stride[k], g.dilation[k] = 1, 1, 1, 1, 1
	}
	for a := range w.Axes {
		k := 3 - w.Axes + a
		g.in[k], g.out[k] = x.Shape[2+a], y.Shape[2+a]
		g.size[k], g.stride[k], g.dilation[k], g.pad[k] = w.Size[a], w.Stride[a], w.Dilation[a], w.Pad[a][0]
	}
	return g
}

func (g *patches) taps() int      { return g.size[0] * g.size[1] * g.size[2] }
func (g *patches) inGroup() int   { return g.inChannels / g.groups }
func (g *patches) outGroup() int  { return g.outChannels / g.groups }
func (g *patches) inPixels() int  { return g.in[0] * g.in[1] * g.in[2] }
func (g *patches) outPixels() int { return g.out[0] * g.out[1] * g.out[2] }

// tile returns how many patches of k elements are laid out at once: a function of k only.
func (g *patches) tile(k int) int {
	const room = 96 << 10 // elements: they fit into the second cache beside a part of the weight
	return max(16, min(1024, room/max(k, 1)/16*16))
}

// at returns the pixel of an image that tap t of output pixel p sees, or false if it is in the padding.
func (g *patches) rows(p int, f func(to, from, n int)) {
	i, rest := p/g.outPixels(), p%g.outPixels()
	o := [3]int{rest / (g.out[1] * g.out[2]), rest / g.out[2] % g.out[1], rest % g.out[2]}
	for a := range g.size[0] {
		z := o[0]*g.stride[0] + a*g.dilation[0] - g.pad[0]
		for b := range g.size[1] {
			y := o[1]*g.stride[1] + b*g.dilation[1] - g.pad[1]
			to := (a*g.size[1] + b) * g.size[2]
			if z < 0 || z >= g.in[0] || y < 0 || y >= g.in[1] {
				f(to, -1, g.size[2])
				continue
			}
			row := ((i*g.in[0]+z)*g.in[1] + y) * g.in[2]
			x := o[2]*g.stride[2] - g.pad[2]
			if g.dilation[2] == 1 {
				lead := min(max(-x, 0), g.size[2])
				inside := max(min(g.size[2], g.in[2]-x)-lead, 0)
				f(to, -1, lead)
				f(to+lead, row+x+lead, inside)
				f(to+lead+inside, -1, g.size[2]-lead-inside)
				continue
			}
			for c := range g.size[2] {
				if at := x + c*g.dilation[2]; at >= 0 && at < g.in[2] {
					f(to+c, row+at, 1)
				} else {
					f(to+c, -1, 1)
				}
			}
		}
	}
}

// gather2 lays out the patches of the output pixels from lo to hi as rows: tap by tap, the channels of a group.
func gather2[T float32 | float64](g *patches, rows, x []T, group, lo, hi int) {
	c := g.inGroup()
	k := g.taps() * c
	for p := lo; p < hi; p++ {
		row := rows[(p-lo)*k : (p-lo+1)*k]
		g.rows(p, func(to, from, n int) {
			switch {
			case n == 0:
			case from < 0:
				clear(row[to*c : (to+n)*c])
			case c == g.inChannels:
				copy(row[to*c:(to+n)*c], x[from*c:(from+n)*c])
			default:
				for j := range n {
					at := (from+j)*g.inChannels + group*c
					copy(row[(to+j)*c:(to+j+1)*c], x[at:at+c])
				}
			}
		})
	}
}

// scatter2 adds the rows to where [gather2] takes them from.
func scatter2[T float32 | float64](g *patches, x, rows []T, group, lo, hi int) {
	c := g.inGroup()
	k := g.taps() * c
	for p := lo; p < hi; p++ {
		row := rows[(p-lo)*k : (p-lo+1)*k]
		g.rows(p, func(to, from, n int) {
			if from < 0 || n == 0 {
				return
			}
			if c == g.inChannels {
				addRows(x[from*c:(from+n)*c], row[to*c:(to+n)*c])
				return
			}
			for j := range n {
				at := (from+j)*g.inChannels + group*c
				addRows(x[at:at+c], row[(to+j)*c:(to+j+1)*c])
			}
		})
	}
}

// addRows sets sum += x.
func addRows[T float32 | float64](sum, x []T) {
	switch s := any(sum).(type) {
	case []float32:
		kernel.Add(s, s, any(x).([]float32)[:len(s)])
	case []float64:
		kernel.Add64(s, s, any(x).([]float64)[:len(s)])
	}
}

// packWeights lays a weight [groups·out in taps] out as [groups][taps in][out].
func packWeights[T any](to, from []T, groups, out, in, taps int) {
	for g := range groups {
		w := to[g*taps*in*out:]
		for o := range out {
			row := from[(g*out+o)*in*taps:]
			for c := range in {
				for t := range taps {
					w[(t*in+c)*out+o] = row[c*taps+t]
				}
			}
		}
	}
}

// unpackWeights undoes [packWeights].
func unpackWeights[T any](to, from []T, groups, out, in, taps int) {
	for g := range groups {
		w := from[g*taps*in*out:]
		for o := range out {
			row := to[(g*out+o)*in*taps:]
			for c := range in {
				for t := range taps {
					row[c*taps+t] = w[(t*in+c)*out+o]
				}
			}
		}
	}
}

// images returns images [n c …] as a row-major view [n … c], with their elements if they are to be read: a view of the
// same memory if that is channels-last.
func images(v *device.View, read bool) *device.View {
	w := lastChannels(v)
	if !half(w.DType) && w.RowMajor() {
		return &w
	}
	return settle(&w, read)
}

func lastChannels(v *device.View) device.View {
	w := *v
	for k := 2; k < v.Rank; k++ {
		w.Shape[k-1], w.Stride[k-1] = v.Shape[k], v.Stride[k]
	}
	w.Shape[v.Rank-1], w.Stride[v.Rank-1] = v.Shape[1], v.Stride[1]
	return w
}

// finish gives back what [images] made of v, after copying it to v if it was written.
func finish(v, w *device.View, written bool) {
	if w.Buffer == v.Buffer {
		return
	}
	if written {
		to := lastChannels(v)
		convert(&to, w)
	}
	release(w)
}

// done gives back what [settle] made of a view that was read.
func done(v, w *device.View) {
	if w != v {
		release(w)
	}
}

// finishPlain gives back what [settle] made of a view, after copying it there.
func finishPlain(v, w *device.View) {
	if w != v {
		convert(v, w)
		release(w)
	}
}
