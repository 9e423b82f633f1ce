package device

// MaxRank is the largest number of axes a tensor can have.
const MaxRank = 8

// A View is a strided window on a buffer.
//
// Element (i₀, i₁, …) lies at Offset + Σ iₖ·Stride[k], counted in elements. A stride of 0 repeats; strides may be negative.
type View struct {
	Buffer Buffer
	Offset int
	DType  DType
	Rank   int
	Shape  [MaxRank]int
	Stride [MaxRank]int
}

// Len returns the number of elements.
func (v *View) Len() int {
	n := 1
	for _, d := range v.Shape[:v.Rank] {
		n *= d
	}
	return n
}

// Dims returns the shape, as a slice of v's own array.
func (v *View) Dims() []int { return v.Shape[:v.Rank] }

// Strides returns the strides, as a slice of v's own array.
func (v *View) Strides() []int { return v.Stride[:v.Rank] }

// SetRowMajor sets shape, and the strides that lay it out row-major without gaps.
func (v *View) SetRowMajor(shape ...int) {
	v.setShape(shape)
	n := 1
	for k := v.Rank - 1; k >= 0; k-- {
		v.Stride[k] = n
		n *= v.Shape[k]
	}
}

// setShape sets rank and shape. Unused places are 0, so that shapes compare as arrays.
func (v *View) setShape(shape []int) {
	v.Rank = copy(v.Shape[:], shape)
	clear(v.Shape[v.Rank:])
	clear(v.Stride[v.Rank:])
}

// RowMajor reports whether the elements lie row-major without gaps.
func (v *View) RowMajor() bool {
	n := 1
	for k := v.Rank - 1; k >= 0; k-- {
		if v.Shape[k] != 1 && v.Stride[k] != n {
			return v.Len() == 0
		}
		n *= v.Shape[k]
	}
	return true
}

// Dense reports whether the elements fill their memory without gaps or repeats, in whatever order of the axes.
func (v *View) Dense() bool {
	if v.RowMajor() {
		return true
	}
	var done [MaxRank]bool
	want := 1
	for range v.Rank {
		found := false
		for k := range v.Rank {
			if !done[k] && (v.Shape[k] == 1 || v.Stride[k] == want) {
				done[k], found = true, true
				want *= v.Shape[k]
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// SetLike sets shape, and strides without gaps whose order of axes is that of like (channels-last stays channels-last): row-major
// if like repeats elements along an axis, which then has no order. Both have the same rank.
func (v *View) SetLike(like *View, shape ...int) {
	if like.repeats() {
		v.SetRowMajor(shape...)
		return
	}
	v.setShape(shape)
	var order [MaxRank]int // axes from innermost to outermost
	for i := range v.Rank {
		order[i] = v.Rank - 1 - i
	}
	for i := 1; i < v.Rank; i++ { // insertion sort by like's stride; stable, so equal strides stay row-major
		for j := i; j > 0 && stride(like, order[j]) < stride(like, order[j-1]); j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	n := 1
	for _, k := range order[:v.Rank] {
		v.Stride[k] = n
		n *= v.Shape[k]
	}
}

// repeats reports whether steps along an axis stay at the same element.
func (v *View) repeats() bool {
	for k := range v.Rank {
		if v.Stride[k] == 0 && v.Shape[k] > 1 {
			return true
		}
	}
	return false
}

func stride(v *View, k int) int {
	if s := v.Stride[k]; s >= 0 {
		return s
	}
	return -v.Stride[k]
}

// SameLayout reports whether v and w have the same shape and, but for axes of length 1, the same strides.
func (v *View) SameLayout(w *View) bool {
	if v.Rank != w.Rank || v.Shape != w.Shape {
		return false
	}
	for k := range v.Rank {
		if v.Stride[k] != w.Stride[k] && v.Shape[k] != 1 {
			return false
		}
	}
	return true
}
