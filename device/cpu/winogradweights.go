package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// winogradWeights are transformed weights, packed for the products: n² planes of panels of inputs by columns.
type winogradWeights struct {
	data         []float32
	cols, panels int
	panel, plane int // strides
	buffer       *Buffer
}

// done gives the memory back.
func (u *winogradWeights) done() {
	if u.buffer != nil {
		pool.put(u.buffer)
	}
}

// newWinogradWeights transforms the weights of a sweep, or for a gradient those of the convolution backwards.
func newWinogradWeights(c *convolution, s *sweep, w *kernel.Winograd, gradient bool) *winogradWeights {
	from := newWeights(c, s, gradient)
	u := &winogradWeights{cols: kernel.GemmShape().TallCols}
	u.panels = (from.outputs + u.cols - 1) / u.cols
	u.panel = from.inputs * u.cols
	u.plane = u.panels*u.panel + 80 // no multiple of a page
	u.data, u.buffer = from.form(c, s, w, w.Points()*w.Points()*u.plane, u.cols, gradient, func(to []float32) { u.fill(to, from, w) })
	return u
}

// fill transforms the weights.
func (u *winogradWeights) fill(to []float32, from *weights, w *kernel.Winograd) {
	u.data = to
	parallel.For(u.panels, 1, func(lo, hi int) {
		b, packed := floats(w.Window * w.Window * u.panel)
		defer pool.put(b)
		a := takeArguments()
		defer a.put()
		for q := lo; q < hi; q++ {
			cols := min(u.cols, from.outputs-q*u.cols)
			width := kernel.GemmShape().Width(cols)
			from.pack(packed, 0, q*u.cols, cols, width)
			u.transform(&a.tiles, w, packed, q, from.inputs*width)
		}
	})
}

// transform transforms a packed panel of so many elements of every tap.
func (u *winogradWeights) transform(t *kernel.WinogradTiles, w *kernel.Winograd, packed []float32, q, size int) {
	const most = 8192
	for i := 0; i < size; i += most {
		*t = kernel.WinogradTiles{
			Src: pointer(packed, i), SrcRow: w.Window * size, SrcCol: size,
			Dst: pointer(u.data, q*u.panel+i), DstRow: w.Points() * u.plane, DstCol: u.plane,
			N: min(most, size-i), Count: 1,
		}
		w.Weights(t)
		kernel.Checkpoint()
	}
}

// part returns the panel of a point, or nothing if there is none.
func (u *winogradWeights) part(point, panel int) []float32 {
	at := point*u.plane + panel*u.panel
	return u.data[min(at, len(u.data)):min(at+u.panel, len(u.data))]
}
