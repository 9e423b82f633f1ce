// Package cpu is shapes, strides, blocking and goroutines around the kernels. It knows no arithmetic.
//
// [Device] runs every operation of the basis and most of the optional ones. Calls are complete when Run returns. The
// result of a call has the same bits on any number of processors: work is split at borders that depend on the shapes
// alone. Of images, channels-last memory is the fast one; any strides work.
package cpu

import "github.com/jimu-ml/jimu/device"

// Device is the processor of this machine.
var Device device.Device = processor{}

type processor struct{}

// Name returns "cpu".
func (processor) Name() string { return "cpu" }

// Sync returns nil: every call is complete when Run returns.
func (processor) Sync() error { return nil }

// Run runs a call, or returns false if there is no such operation for these views.
func (processor) Run(c *device.Call) bool {
	written(c.Out)
	ok := run(c)
	written(c.Out)
	return ok
}

func run(c *device.Call) bool {
	switch c.Op {
	case device.Fill:
		return fill(c)
	case device.Iota:
		return ramp(c)
	case device.Copy:
		return copyView(c)
	case device.Random:
		return random(c)
	case device.Neg, device.Abs, device.Sign, device.Exp, device.Log, device.Sqrt, device.Sin, device.Cos, device.Tanh,
		device.Erf, device.Floor, device.Ceil, device.Round, device.Not, device.Relu, device.Sigmoid, device.Gelu,
		device.Silu, device.Softplus:
		return unary(c)
	case device.Add, device.Sub, device.Mul, device.Div, device.Pow, device.Maximum, device.Minimum, device.And,
		device.Or, device.ReluGrad, device.SigmoidGrad, device.TanhGrad, device.GeluGrad, device.SiluGrad:
		return binary(c)
	case device.AddScalar, device.MulScalar:
		return scalar(c)
	case device.Equal, device.Less, device.LessEqual:
		return compare(c)
	case device.Where:
		return where(c)
	case device.Sum, device.Prod, device.Max, device.Min:
		return reduce(c)
	case device.ArgMax, device.ArgMin:
		return argument(c)
	case device.Gather:
		return gather(c)
	case device.ScatterAdd:
		return scatterAdd(c)
	case device.MatMul:
		return matMul(c)
	}
	return runFused(c)
}
