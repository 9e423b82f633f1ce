package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// PadReflect puts a mirror image before and behind the elements of x, along each axis: the border itself stands once.
//
//	x [… n …] → y [… before+n+behind …]    c b | a b c d | c b
//
// Give a pair for each axis, [before, behind], each less than the length of the axis. It panics with a [tensor.Error]
// otherwise.
func PadReflect(x *tensor.Tensor, pads ...[2]int) *tensor.Tensor {
	return padFrom("PadReflect", x, pads, -1, func(i, n int) int {
		if i < 0 {
			return -i
		}
		if i >= n {
			return 2*n - 2 - i
		}
		return i
	})
}

// PadReplicate puts copies of the first element before and of the last behind those of x, along each axis.
//
//	x [… n …] → y [… before+n+behind …]    a a | a b c d | d d
//
// Give a pair for each axis, [before, behind]. It panics with a [tensor.Error] if there are more or fewer, one is negative, or
// there is nothing to copy.
func PadReplicate(x *tensor.Tensor, pads ...[2]int) *tensor.Tensor {
	return padFrom("PadReplicate", x, pads, int(^uint(0)>>1), func(i, n int) int { return min(max(i, 0), n-1) })
}

// PadCircular puts the end of x before it, and its beginning behind it, along each axis.
//
//	x [… n …] → y [… before+n+behind …]    c d | a b c d | a b
//
// Give a pair for each axis, [before, behind], each at most the length of the axis. It panics with a [tensor.Error]
// otherwise.
func PadCircular(x *tensor.Tensor, pads ...[2]int) *tensor.Tensor {
	return padFrom("PadCircular", x, pads, 0, func(i, n int) int { return (i + n) % n })
}

// padFrom takes element from(i, n) for place i of each axis of length n, which is negative before it. A pad is at most n + more.
func padFrom(op string, x *tensor.Tensor, pads [][2]int, more int, from func(i, n int) int) *tensor.Tensor {
	if len(pads) != x.Rank() {
		panic(tensor.Errorf(op, "%d pairs for shape %v", len(pads), x))
	}
	y := x
	for k, p := range pads {
		n := x.Dim(k)
		if p[0] < 0 || p[1] < 0 || max(p[0], p[1])-n > more || n == 0 && p != [2]int{} {
			panic(tensor.Errorf(op, "%v for axis %d of shape %v", p[:], k, x))
		}
		if p == [2]int{} {
			continue
		}
		at := make([]int64, p[0]+n+p[1])
		for i := range at {
			at[i] = int64(from(i-p[0], n))
		}
		y = y.Take(k, tensor.OutputOf(device.Int64, x, at, []int{len(at)}))
	}
	return y
}
