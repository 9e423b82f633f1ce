package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

type binaryTable[R, T any] [device.Ops]kernels2[R, T]

var binary32 = binaryTable[float32, float32]{
	device.Add:         {kernel.Add, kernel.AddScalar, kernel.AddScalar},
	device.Sub:         {kernel.Sub, subtract[float32](kernel.AddScalar), kernel.SubFrom},
	device.Mul:         {kernel.Mul, kernel.MulScalar, kernel.MulScalar},
	device.Div:         {kernel.Div, nil, kernel.DivInto},
	device.Pow:         {kernel.Pow[float32], kernel.PowScalar[float32], nil},
	device.Maximum:     {kernel.Maximum, kernel.MaximumScalar, nil},
	device.Minimum:     {kernel.Minimum, kernel.MinimumScalar, nil},
	device.ReluGrad:    {both: kernel.ReluGrad},
	device.SigmoidGrad: {both: kernel.SigmoidGrad},
	device.TanhGrad:    {both: kernel.TanhGrad},
	device.GeluGrad:    {both: kernel.GeluGrad},
	device.SiluGrad:    {both: kernel.SiluGrad},
}

var binary64 = binaryTable[float64, float64]{
	device.Add:         {kernel.Add64, kernel.AddScalar64, kernel.AddScalar64},
	device.Sub:         {kernel.Sub64, subtract[float64](kernel.AddScalar64), kernel.SubFrom64},
	device.Mul:         {kernel.Mul64, kernel.MulScalar64, kernel.MulScalar64},
	device.Div:         {kernel.Div64, nil, kernel.DivInto64},
	device.Pow:         {kernel.Pow[float64], kernel.PowScalar[float64], nil},
	device.Maximum:     {kernel.Maximum64, kernel.MaximumScalar64, nil},
	device.Minimum:     {kernel.Minimum64, kernel.MinimumScalar64, nil},
	device.ReluGrad:    {both: kernel.ReluGrad64},
	device.SigmoidGrad: {both: kernel.SigmoidGrad64},
	device.TanhGrad:    {both: kernel.TanhGrad64},
	device.GeluGrad:    {both: kernel.GeluGrad64},
	device.SiluGrad:    {both: kernel.SiluGrad64},
}

func subtract[T float32 | float64](add func(dst, x []T, s T)) func(dst, x []T, s T) {
	return func(dst, x []T, s T) { add(dst, x, -s) }
}

func binaryInt[T kernel.Integer]() binaryTable[T, T] {
	return binaryTable[T, T]{
		device.Add: {both: kernel.AddInt[T]}, device.Sub: {both: kernel.SubInt[T]}, device.Mul: {both: kernel.MulInt[T]},
		device.Div: {both: kernel.DivInt[T]}, device.Pow: {both: kernel.PowInt[T]},
		device.Maximum: {both: kernel.MaximumInt[T]}, device.Minimum: {both: kernel.MinimumInt[T]},
	}
}

var (
	binaryInt64 = binaryInt[int64]()
	binaryInt32 = binaryInt[int32]()
	binaryUint8 = binaryInt[uint8]()
	binaryBool  = binaryTable[bool, bool]{
		device.And: {both: kernel.And}, device.Or: {both: kernel.Or},
		device.Maximum: {both: kernel.Or}, device.Minimum: {both: kernel.And},
	}
	geluTanhGrad   = kernels2[float32, float32]{both: kernel.GeluTanhGrad}
	geluTanhGrad64 = kernels2[float64, float64]{both: kernel.GeluTanhGrad64}
)

// binary runs an elementwise operation of two inputs. Halves are computed in float32.
func binary(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0], c.In[1]) {
	case device.Float32:
		if c.Op == device.GeluGrad && c.Flag {
			return with2(c, &geluTanhGrad)
		}
		return with2(c, &binary32[c.Op])
	case device.Float64:
		if c.Op == device.GeluGrad && c.Flag {
			return with2(c, &geluTanhGrad64)
		}
		return with2(c, &binary64[c.Op])
	case device.Int64:
		return with2(c, &binaryInt64[c.Op])
	case device.Int32:
		return with2(c, &binaryInt32[c.Op])
	case device.Uint8:
		return with2(c, &binaryUint8[c.Op])
	case device.Bool:
		return with2(c, &binaryBool[c.Op])
	}
	return false
}

// with2 runs f, or returns false if there is none.
func with2[R, T any](c *device.Call, f *kernels2[R, T]) bool {
	if f.both == nil {
		return false
	}
	var l loop
	l.plan(c.Out[0], c.In[0], c.In[1])
	run2(&l, f)
	return true
}
