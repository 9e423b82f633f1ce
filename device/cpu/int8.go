package cpu

import (
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// weightArguments are arguments of a kernel, used again.
var weightArguments = sync.Pool{New: func() any { return new(kernel.Weights) }}

// linearInt8 runs x [… in] · w [out in]ᵀ + b in bytes: each row of x is rounded to such as it is read.
func linearInt8(c *device.Call) bool {
	if !plain(c) {
		return settled(c, false)
	}
	y, x, w, b := c.Out[0], c.In[0], c.In[1], optional(c.In, 4)
	if computed(y, x, c.In[2]) != device.Float32 || w.DType != device.Uint8 || c.In[3].DType != device.Int32 || b != nil && b.DType != device.Float32 {
		return false
	}
	in, out := x.Shape[x.Rank-1], y.Shape[y.Rank-1]
	if y.Len() == 0 {
		return true
	}
	rows := y.Len() / out
	size := kernel.PanelBytes(in)
	p := int8Product{
		y: matrix{elements[float32](y), rows, out, out, 1}, in: in, row: upTo(in, kernel.StepBytes),
		panels: elements[byte](w), size: size,
		scale: elements[float32](c.In[2]), sum: elements[int32](c.In[3]), bias: elements[float32](b),
	}
	s := halfWorkspaces.Get().(*halfWorkspace)
	defer s.put()
	p.x, p.rowScale = s.b.bytes(rows*p.row), s.transposed.grow(rows)
	p.quantize(elements[float32](x))
	p.run()
	return true
}

// An int8Product is a product of rows of bytes with panels of signed ones.
type int8Product struct {
	y           matrix
	in, row     int    // bytes of a row of x, and with what fills it up to whole steps
	x           []byte // [rows][row]
	rowScale    []float32
	panels      []byte
	size        int // of a panel
	scale, bias []float32
	sum         []int32
}

// quantize rounds the rows of x.
func (p *int8Product) quantize(x []float32) {
	parallel.For(p.y.rows, max(1, grain/max(p.in, 1)), func(lo, hi int) {
		for ; lo < hi; lo++ {
			row := p.x[lo*p.row : (lo+1)*p.row]
			p.rowScale[lo] = kernel.QuantizeRow(row[:p.in], x[lo*p.in:(lo+1)*p.in])
			clear(row[p.in:])
			kernel.Checkpoint()
		}
	})
}

// run gives parts of the product to the processors.
func (p *int8Product) run() {
	rows, cols := p.y.rows, p.y.cols
	if threads := parallel.Threads(); threads > 1 && (2*rows*cols*p.in >= 2*parallelHalfFlop || cols*p.in >= 4*weightBytes) {
		rows, cols = halfParts(rows, cols, threads)
	}
	across := parallel.Blocks(p.y.cols, cols)
	parallel.For(parallel.Blocks(p.y.rows, rows)*across, 1, func(lo, hi int) {
		s := halfWorkspaces.Get().(*halfWorkspace)
		defer s.put()
		for ; lo < hi; lo++ {
			i, iEnd := parallel.Block(p.y.rows, rows, lo/across)
			j, jEnd := parallel.Block(p.y.cols, cols, lo%across)
			for ; i < iEnd; i += halfRows {
				for q := j; q < jEnd; q += kernel.PanelCols {
					p.panelOf(s, i, min(halfRows, iEnd-i), q, min(kernel.PanelCols, jEnd-q))
				}
			}
		}
	})
}

// panelOf computes m rows and n columns of y from (i, j) on, n at most those of a panel.
func (p *int8Product) panelOf(s *halfWorkspace, i, m, j, n int) {
	room := s.room.bytes(m * 4 * kernel.PanelCols)
	s.panel = kernel.Panel{Steps: p.row / kernel.StepBytes, AI: p.row, AStep: kernel.StepBytes, C: unsafe.Pointer(&room[0]), CI: 4 * kernel.PanelCols, Rows: m}
	var panel []byte
	if p.row > 0 {
		s.panel.A = unsafe.Pointer(&p.x[i*p.row])
		panel = p.panels[j/kernel.PanelCols*p.size:][:p.size]
	}
	s.sumOver(kernel.PanelInt8, panel)
	s.sums = kernel.Sums{
		Dst: unsafe.Pointer(&p.y.data[i*p.y.rowStride+j]), Stride: 4 * p.y.rowStride, Src: s.panel.C, Rows: m, Cols: n,
		Minus: unsafe.Pointer(&p.sum[j]), RowScale: unsafe.Pointer(&p.rowScale[i]), ColScale: unsafe.Pointer(&p.scale[j]),
	}
	if p.bias != nil {
		s.sums.Bias = unsafe.Pointer(&p.bias[j])
	}
	kernel.PutInt32(&s.sums)
	kernel.Checkpoint()
}
