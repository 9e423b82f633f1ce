package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// readyWeights returns the transpose of a weight [out in] in panels for [sgemmReady] if that weight has not been changed
// for some calls, as in inference; otherwise nil, because it would be packed for this call only. What is kept goes with
// the buffer of the weight, and is out of date with the next call that writes there: see kept.go.
func readyWeights(w *device.View) []float32 {
	b, ok := w.Buffer.(*Buffer)
	if !ok || w.Len() == 0 {
		return nil
	}
	t := lastAxes[float32](w).transposed()
	if t.rowStride != 1 && t.colStride != 1 {
		return nil
	}
	shape := kernel.GemmShape()
	key := &formKey{offset: w.Offset, shape: w.Shape, stride: w.Stride, tiles: shape, cols: shape.Cols}
	return b.kept(key, panelsLen(t, shape), func(to []float32) { panelsOf(to, t, shape) })
}

// panelsFor is readyWeights, or if there is nothing ready and it is to be packed nevertheless, the panels and the buffer
// that they are in, for the caller to give back.
func panelsFor(w *device.View, pack bool) ([]float32, *Buffer) {
	if ready := readyWeights(w); ready != nil || !pack {
		return ready, nil
	}
	t, shape := lastAxes[float32](w).transposed(), kernel.GemmShape()
	if t.rowStride != 1 && t.colStride != 1 || t.rows == 0 {
		return nil, nil
	}
	b, panels := floats(panelsLen(t, shape))
	panelsOf(panels, t, shape)
	return panels, b
}

// panelsLen returns how many elements the panels of a matrix have.
func panelsLen(m matrix, s *kernel.TileShape) int {
	whole := m.cols / s.Cols * s.Cols
	return m.rows * (whole + s.Width(m.cols-whole))
}

// panelsOf packs a matrix to panels as wide as a tile: [panels of columns][rows][columns], the last one as narrow as it
// may be. One of the strides is 1.
func panelsOf(to []float32, m matrix, s *kernel.TileShape) {
	parallel.For(m.cols, s.Cols, func(lo, hi int) {
		p, width := m.part(0, lo, m.rows, hi-lo), s.Width(hi-lo)
		panel := to[lo*m.rows:]
		if m.colStride == 1 {
			const rows = 1024 // at once, for less than 100 µs
			for i := 0; i < m.rows; i += rows {
				n := min(rows, m.rows-i)
				kernel.PackCopy(panel[i*width:], p.data[i*m.rowStride:], n, hi-lo, m.rowStride, width)
				kernel.Checkpoint()
			}
			return
		}
		kernel.PackTranspose(panel, width, p.data, m.colStride, hi-lo, m.rows, width)
	})
}
