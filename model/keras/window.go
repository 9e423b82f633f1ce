package keras

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// A window is the geometry of a convolution or a pool, as Keras gives it. What is padded for "same" depends on the length
// of the input.
type window struct {
	size, stride, dilation []int
	padding                string // valid, same or causal
	channelsFirst          bool
}

// newWindow reads the geometry of n axes; sizes stand under a key.
func newWindow(h *hyper, key string, n int) window {
	w := window{size: h.ints(key, n, 2), stride: h.ints("strides", n, 1), dilation: h.ints("dilation_rate", n, 1)}
	w.padding = h.oneOf("padding", "valid", "same", "causal")
	w.channelsFirst = h.oneOf("data_format", "channels_last", "channels_first") == "channels_first"
	if key == "pool_size" && !h.has("strides") {
		w.stride = w.size
	}
	h.must(h.has(key) || key == "pool_size", "%s is missing", key)
	h.must(w.padding != "causal" || n == 1, "padding is causal over %d axes", n)
	for i := range n {
		h.must(w.size[i] > 0 && w.stride[i] > 0 && w.dilation[i] > 0, "%s %d, strides %d and dilation_rate %d", key, w.size, w.stride, w.dilation)
	}
	return w
}

// axes returns the geometry for an input [n c …].
func (w *window) axes(x *tensor.Tensor) []op.WindowAxis {
	list := make([]op.WindowAxis, len(w.size))
	if x.Rank() != len(w.size)+2 {
		panic(tensor.Errorf("window", "an input of shape %v for a window of %d axes", x, len(w.size)))
	}
	for i := range list {
		list[i] = op.WindowAxis{Size: w.size[i], Stride: w.stride[i], Dilation: w.dilation[i]}
		n, reach := x.Dim(i+2), (w.size[i]-1)*w.dilation[i]+1
		switch w.padding {
		case "same":
			// As many windows as the stride goes into the length; what is odd is padded behind.
			pad := max(((n+w.stride[i]-1)/w.stride[i]-1)*w.stride[i]+reach-n, 0)
			list[i].Pad = [2]int{pad / 2, pad - pad/2}
		case "causal":
			list[i].Pad = [2]int{reach - 1, 0}
		}
	}
	return list
}

// first returns x with the channels as its second axis: a view.
func first(x *tensor.Tensor, already bool) *tensor.Tensor {
	if already || x.Rank() < 3 {
		return x
	}
	return x.MoveAxis(-1, 1)
}

// behind undoes first.
func behind(x *tensor.Tensor, already bool) *tensor.Tensor {
	if already || x.Rank() < 3 {
		return x
	}
	return x.MoveAxis(1, -1)
}

// channels returns how many there are in a shape.
func channels(in [][]int, first bool) int {
	if first && len(in[0]) > 1 {
		return in[0][1]
	}
	return last(in)
}
