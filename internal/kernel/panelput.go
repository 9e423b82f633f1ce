package kernel

import "unsafe"

// Sums takes what [PanelBFloat16] or [PanelInt8] left to where it belongs: Rows rows of [PanelCols] sums, of which the first
// Cols are wanted, at least one of each.
type Sums struct {
	Dst        unsafe.Pointer
	Stride     int            // bytes from row to row of Dst
	Src        unsafe.Pointer // float32, or int32 for [PutInt32]
	Rows, Cols int
	Bias       unsafe.Pointer // Cols float32, or nil
	ReLU       int            // 1: what is negative becomes 0
	Accumulate int            // 1: add what Dst holds; for [PutFloat32]

	Minus    unsafe.Pointer // for [PutInt32]: Cols int32
	RowScale unsafe.Pointer // and Rows float32
	ColScale unsafe.Pointer // and Cols float32
}

// PutFloat32 sets Dst[i,j] = relu(Src[i,j] + Bias[j] + Dst[i,j]), without the terms that are not asked for.
func PutFloat32(s *Sums) { putFloat32(s) }

// PutBFloat16 sets Dst[i,j] = relu(Src[i,j] + Bias[j]), rounded to bfloat16 as by [Float32ToBFloat16].
func PutBFloat16(s *Sums) { putBFloat16(s) }

// PutInt32 sets Dst[i,j] = relu((Src[i,j] − Minus[j]) · RowScale[i] · ColScale[j] + Bias[j]) of integers Src.
func PutInt32(s *Sums) { putInt32(s) }

var (
	putFloat32  = putFloat32Generic
	putBFloat16 = putBFloat16Generic
	putInt32    = putInt32Generic
)

// sumRow returns row i of Dst and of Src.
func sumRow[D, S any](s *Sums, i int) (dst []D, src []S) {
	return unsafe.Slice((*D)(unsafe.Add(s.Dst, i*s.Stride)), s.Cols), unsafe.Slice((*S)(unsafe.Add(s.Src, i*panelRow)), s.Cols)
}

// finish adds the bias of column j and what was there, and applies ReLU.
func (s *Sums) finish(v float32, j int, was float32) float32 {
	bias := float32(0)
	if s.Bias != nil {
		bias = *at(s.Bias, j)
	}
	v += bias
	if s.Accumulate != 0 {
		v += was
	}
	if s.ReLU != 0 && v < 0 {
		v = 0
	}
	return v
}

func putFloat32Generic(s *Sums) {
	for i := range s.Rows {
		dst, src := sumRow[float32, float32](s, i)
		for j, v := range src {
			dst[j] = s.finish(v, j, dst[j])
		}
	}
}

func putBFloat16Generic(s *Sums) {
	var room [PanelCols]float32
	for i := range s.Rows {
		dst, src := sumRow[uint16, float32](s, i)
		for j, v := range src {
			room[j] = s.finish(v, j, 0)
		}
		float32ToBFloat16Generic(dst, room[:len(dst)])
	}
}

func putInt32Generic(s *Sums) {
	for i := range s.Rows {
		dst, src := sumRow[float32, int32](s, i)
		for j, v := range src {
			v -= *(*int32)(unsafe.Add(s.Minus, 4*j))
			scaled := float32(float32(float32(v)**at(s.RowScale, i)) * *at(s.ColScale, j))
			dst[j] = s.finish(scaled, j, 0)
		}
	}
}
