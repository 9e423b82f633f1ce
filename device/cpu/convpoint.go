package cpu

import "github.com/jimu-ml/jimu/device"

// pointwise reports whether the window is a single position, so that dw is the product of two matrices as they lie:
// dyᵀ [out pixels] and x [pixels in].
func (c *convolution) pointwise() bool {
	return c.groups == 1 && c.taps() == 1 && c.stride == [3]int{1, 1, 1} && c.pad == [3]int{} && c.in == c.out
}

// pixelMatrix returns an image as the matrix of its pixels by channels, if channels are adjacent and pixels at equal
// distances.
func (c *convolution) pixelMatrix(v *device.View) (matrix, bool) {
	pixels := walk{count: [4]int{c.n, c.in[0], c.in[1], c.in[2]}, x: [4]int{v.Stride[0], v.Stride[2], v.Stride[3], v.Stride[4]}}
	pixels.y = pixels.x
	pixels = pixels.merged()
	if v.Stride[1] != 1 || pixels.count[0]*pixels.count[1]*pixels.count[2] != 1 || pixels.x[3] < v.Shape[1] {
		return matrix{}, false
	}
	return matrix{memory[float32](v)[v.Offset:], pixels.count[3], v.Shape[1], pixels.x[3], 1}, true
}

// pointWeight computes dw, and db if it is there, or returns false if x and dy are no matrices.
func pointWeight(c *convolution, db *device.View) bool {
	if !c.pointwise() || c.x.Len() == 0 || c.y.Len() == 0 {
		return false
	}
	x, ok1 := c.pixelMatrix(c.x)
	dy, ok2 := c.pixelMatrix(c.y)
	if !ok1 || !ok2 || c.w.Stride[0] < 0 || c.w.Stride[1] < 0 {
		return false
	}
	sgemm(matrix{memory[float32](c.w)[c.w.Offset:], c.outputs, c.inputs, c.w.Stride[0], c.w.Stride[1]}, dy.transposed(), x, epilogue{})
	if db != nil {
		sum := *db
		sum.Rank, sum.Shape, sum.Stride = 5, [device.MaxRank]int{1, c.outputs, 1, 1, 1}, [device.MaxRank]int{0, db.Stride[0]}
		Device.Run(&device.Call{Op: device.Sum, Out: []*device.View{&sum}, In: []*device.View{c.y}})
	}
	return true
}
