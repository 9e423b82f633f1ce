package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

func compareTable[T kernel.Number]() binaryTable[bool, T] {
	return binaryTable[bool, T]{
		device.Equal:     {both: kernel.Equal[T]},
		device.Less:      {both: kernel.Less[T]},
		device.LessEqual: {both: kernel.LessEqual[T]},
	}
}

var (
	compare32    = compareTable[float32]()
	compare64    = compareTable[float64]()
	compareInt64 = compareTable[int64]()
	compareInt32 = compareTable[int32]()
	compareUint8 = compareTable[uint8]()
)

// compare runs an elementwise comparison. Halves are compared as float32, booleans as 0 and 1.
func compare(c *device.Call) bool {
	if c.Out[0].DType != device.Bool {
		return false
	}
	switch computed(c.In[0], c.In[1]) {
	case device.Float32:
		return with2(c, &compare32[c.Op])
	case device.Float64:
		return with2(c, &compare64[c.Op])
	case device.Int64:
		return with2(c, &compareInt64[c.Op])
	case device.Int32:
		return with2(c, &compareInt32[c.Op])
	case device.Uint8, device.Bool:
		return with2(c, &compareUint8[c.Op])
	}
	return false
}
