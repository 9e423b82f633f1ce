package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// OneHot returns 1 at the place of each id and 0 elsewhere, as float32.
//
//	ids […] of int64 or int32 → y […, classes]
//
// An id outside 0 … classes−1 gives a row of zeros. No gradient flows to ids.
func OneHot(ids *tensor.Tensor, classes int) *tensor.Tensor {
	checkIDs("OneHot", ids)
	if classes < 0 {
		panic(tensor.Errorf("OneHot", "%d classes for ids %v", classes, ids))
	}
	all := positions(ids, classes, 0, 1)
	return ids.Cast(device.Int64).Unsqueeze(-1).Equal(all).Cast(device.Float32)
}

func checkIDs(op string, ids *tensor.Tensor) {
	if t := ids.DType(); t != device.Int64 && t != device.Int32 {
		panic(tensor.Errorf(op, "the ids are %s of shape %v; want int64 or int32", t, ids))
	}
}
