package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

const (
	// fewVectors is how many rows of x are multiplied by weights as these are read, at most; for more, the weights are
	// unpacked.
	fewVectors = 8
	// weightBytes is how many bytes of weights are worth a goroutine.
	weightBytes = 1 << 15
	// unpackedRows is how many rows of weights are unpacked at once.
	unpackedRows = 64
)

// linearQuantized runs x [… in] · w [out in]ᵀ + b, of which w is of few bits.
func linearQuantized(c *device.Call) bool {
	if !plain(c) {
		return settled(c, false)
	}
	y, x, b := c.Out[0], c.In[0], optional(c.In, 3)
	if computed(y, x, c.In[2]) != device.Float32 || c.In[1].DType != device.Uint8 || b != nil && b.DType != device.Float32 {
		return false
	}
	p := newQuantizedProduct(c)
	if p.x.rows == 0 || p.y.cols == 0 {
		return true
	}
	if p.x.rows > fewVectors {
		p.unpacked()
		return true
	}
	p.asRead()
	return true
}

// A quantizedProduct is a product with weights of few bits.
type quantizedProduct struct {
	format        kernel.WeightFormat
	y, x          matrix
	w             []byte
	row           int // bytes of a row
	scale, bias   []float32
	groups, group int // scales of a row, and chunks that each is for
	chunks        int
}

func newQuantizedProduct(c *device.Call) *quantizedProduct {
	y, x := c.Out[0], c.In[0]
	in, out := x.Shape[x.Rank-1], y.Shape[y.Rank-1]
	q := device.Quantized{Bits: int(c.Scalars[0]), Group: int(c.Scalars[1])}
	p := &quantizedProduct{
		format: kernel.Int4,
		w:      elements[byte](c.In[1]), row: q.RowBytes(in),
		scale: elements[float32](c.In[2]), bias: elements[float32](optional(c.In, 3)),
		groups: q.Groups(in), group: q.Group / kernel.Chunk, chunks: (in + kernel.Chunk - 1) / kernel.Chunk,
	}
	if q.Bits == 8 {
		p.format = kernel.Int8
	}
	rows := 0
	if out > 0 {
		rows = y.Len() / out
	}
	p.y = matrix{elements[float32](y), rows, out, out, 1}
	p.x = matrix{elements[float32](x), rows, in, in, 1}
	return p
}

// asRead multiplies a few vectors by the rows of w.
func (p *quantizedProduct) asRead() {
	s := workspaces.Get().(*workspace)
	defer s.put()
	x := filledUp(s, p.x)
	grain := max(1, weightBytes/max(p.row, 1))
	parallel.For(p.y.cols, grain, func(lo, hi int) {
		t := weightArguments.Get().(*kernel.Weights)
		for i := 0; i < x.rows; i += kernel.MaxVectors {
			m := min(kernel.MaxVectors, x.rows-i)
			*t = kernel.Weights{
				WI: p.row, ScaleI: 4 * p.groups, XI: 4 * x.cols, YI: 4 * p.y.cols,
				Y: unsafe.Pointer(&p.y.data[i*p.y.cols+lo]), Rows: hi - lo, Chunks: p.chunks, Group: p.group,
			}
			if p.chunks > 0 {
				t.W, t.Scale = unsafe.Pointer(&p.w[lo*p.row]), unsafe.Pointer(&p.scale[lo*p.groups])
				t.X = unsafe.Pointer(&x.data[i*x.cols])
			}
			kernel.WeightRows(p.format, m, t)
			kernel.Checkpoint()
			for r := i; r < i+m && p.bias != nil; r++ {
				y := p.y.data[r*p.y.cols : (r+1)*p.y.cols]
				for j := lo; j < hi; j++ {
					y[j] += p.bias[j]
				}
			}
		}
		*t = kernel.Weights{}
		weightArguments.Put(t)
	})
}

// filledUp returns x with rows that are whole chunks, filled up with zeros.
func filledUp(s *workspace, x matrix) matrix {
	wide := upTo(x.cols, kernel.Chunk)
	if wide == x.cols {
		return x
	}
	to := matrix{s.a.grow(x.rows * wide), x.rows, wide, wide, 1}
	for i := range x.rows {
		row := to.data[i*wide : (i+1)*wide]
		clear(row[copy(row, x.data[i*x.cols:(i+1)*x.cols]):])
	}
	return to
}

// unpacked multiplies more vectors by the rows of w, as float32.
func (p *quantizedProduct) unpacked() {
	parallel.For(p.y.cols, unpackedRows, func(lo, hi int) {
		s := workspaces.Get().(*workspace)
		defer s.put()
		wide := p.chunks * kernel.Chunk
		w := matrix{s.copyC.grow((hi - lo) * wide), hi - lo, p.x.cols, wide, 1}
		for r := lo; r < hi && wide > 0; r++ {
			kernel.UnpackWeights(p.format, w.data[(r-lo)*wide:(r-lo+1)*wide], p.w[r*p.row:], p.scale[r*p.groups:(r+1)*p.groups], p.group)
			kernel.Checkpoint()
		}
		ep := epilogue{}
		if p.bias != nil {
			ep.bias = p.bias[lo:hi]
		}
		sgemm(p.y.part(0, lo, p.y.rows, hi-lo), p.x, w.transposed(), ep)
	})
}
