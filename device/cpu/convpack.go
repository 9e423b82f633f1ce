package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// weights are those of a convolution, or of its input gradient, where inputs and outputs change places.
type weights struct {
	data            []float32
	at              int    // where they begin
	inputs, outputs int    // of a group
	input, output   int    // strides
	group           int    // stride from group to group
	window          [3]int // strides
	order           []int  // positions in the window, counted row by row, in the order of the sum
	size            [3]int // of the window
	dense           bool   // whether it lies row-major without gaps
}

// newWeights returns the weights of w, [out in/groups d h w], for the sums of a sweep; those of the input gradient sum
// over the axis of the outputs.
func newWeights(c *convolution, s *sweep, gradient bool) *weights {
	v := c.w
	inputs, outputs := c.inputs/c.groups, c.outputs/c.groups
	w := &weights{
		data: memory[float32](v), at: v.Offset, inputs: inputs, outputs: outputs, input: v.Stride[1], output: v.Stride[0],
		group: outputs * v.Stride[0], window: [3]int{v.Stride[2], v.Stride[3], v.Stride[4]}, size: c.window, dense: c.dense(),
	}
	if gradient {
		w.inputs, w.outputs, w.input, w.output = outputs, inputs, w.output, w.input
	}
	for _, d := range s.taps[0] {
		for _, h := range s.taps[1] {
			for _, x := range s.taps[2] {
				w.order = append(w.order, (d.k*c.window[1]+h.k)*c.window[2]+x.k)
			}
		}
	}
	return w
}

// pack writes the weights of cols outputs of a group from j on:
//
//	dst[(t·inputs + c)·width + i] = weight of output j + i, input c, tap t
func (w *weights) pack(dst []float32, group, j, cols, width int) {
	at := w.at + group*w.group + j*w.output
	switch {
	case w.output == 1 && len(w.order) == 1 && w.input > 0:
		kernel.PackCopy(dst, w.data[at+w.offset(w.order[0]):], w.inputs, cols, w.input, width)
	case w.input == 1 && len(w.order) == 1 && w.output > 0:
		for i := 0; i < width; i += 16 {
			kernel.PackTranspose(dst[i:], width, w.data[at+w.offset(w.order[0])+i*w.output:], w.output, min(16, cols-i), w.inputs, min(16, width-i))
			kernel.Checkpoint()
		}
	case w.dense && w.input > 0 && w.output > 0:
		for i := 0; i < width; i += 16 {
			w.packDense(dst[i:], at+i*w.output, min(16, cols-i), min(16, width-i), width)
		}
	default:
		w.packAny(dst, at, cols, width)
	}
}

// offset returns where a position of the window lies.
func (w *weights) offset(tap int) int {
	return tap/(w.size[1]*w.size[2])*w.window[0] + tap/w.size[2]%w.size[1]*w.window[1] + tap%w.size[2]*w.window[2]
}

// packDense writes 16 columns of a panel: for each input the weights are a matrix of outputs by taps, which is transposed.
func (w *weights) packDense(dst []float32, at, cols, lanes, width int) {
	all := w.size[0] * w.size[1] * w.size[2]
	ordered := len(w.order) == all
	for i, t := range w.order {
		ordered = ordered && i == t
	}
	if ordered {
		for c := range w.inputs {
			kernel.PackTranspose(dst[c*width:], w.inputs*width, w.data[at+c*w.input:], w.output, cols, all, lanes)
			kernel.Checkpoint()
		}
		return
	}
	b, turned := floats(16 * all)
	defer pool.put(b)
	for c := range w.inputs {
		kernel.PackTranspose(turned, 16, w.data[at+c*w.input:], w.output, cols, all, lanes)
		for i, t := range w.order {
			copy(dst[(i*w.inputs+c)*width:][:lanes], turned[t*16:])
		}
		kernel.Checkpoint()
	}
}

// packAny writes a panel element by element.
func (w *weights) packAny(dst []float32, at, cols, width int) {
	for i, t := range w.order {
		at := at + w.offset(t)
		for c := range w.inputs {
			row := dst[(i*w.inputs+c)*width:][:width]
			for j := range cols {
				row[j] = w.data[at+c*w.input+j*w.output]
			}
			clear(row[cols:])
		}
	}
}

// floats returns n elements of memory from the pool, with any content.
func floats(n int) (*Buffer, []float32) {
	b := pool.take(4 * n)
	return b, unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b.bytes))), n)
}

// pointer returns where element i of x lies.
func pointer(x []float32, i int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), 4*i)
}
