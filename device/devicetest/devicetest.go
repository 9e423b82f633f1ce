// Package devicetest is what every device must do, as one function.
//
// The meaning of an operation is written here once more, as the plainest loop over indices in float64, and a device
// must agree with it: for every element type, for any strides, broadcast, reversed, empty, of rank 0 and of rank 8. An
// optional operation may be refused; one that is not must agree as well.
package devicetest

import (
	"testing"

	"github.com/jimu-ml/jimu/device"
)

// Run tests a device.
func Run(t *testing.T, d device.Device) {
	s := &suite{T: t, d: d}
	for _, part := range []struct {
		name string
		run  func(*suite)
	}{
		{"Alloc", testAlloc},
		{"Fill", testFill},
		{"Iota", testIota},
		{"Copy", testCopy},
		{"Random", testRandom},
		{"Unary", testUnary},
		{"Binary", testBinary},
		{"Compare", testCompare},
		{"Where", testWhere},
		{"Scalar", testScalar},
		{"InPlace", testInPlace},
		{"Reduce", testReduce},
		{"Arg", testArg},
		{"Gather", testGather},
		{"ScatterAdd", testScatterAdd},
		{"Index", testIndex},
		{"MatMul", testMatMul},
		{"Linear", testLinear},
		{"LinearQuantized", testLinearQuantized},
		{"LinearInt8", testLinearInt8},
		{"Large", testLarge},
		{"Accumulate", testAccumulate},
		{"Softmax", testSoftmax},
		{"CrossEntropy", testCrossEntropy},
		{"LayerNorm", testLayerNorm},
		{"BatchNorm", testBatchNorm},
		{"Attention", testAttention},
		{"RMSNorm", testRMSNorm},
		{"GroupNorm", testGroupNorm},
		{"Rotary", testRotary},
		{"LinearGelu", testLinearGelu},
		{"Pool", testPool},
		{"Conv", testConv},
		{"Recurrent", testRecurrent},
		{"Dropout", testDropout},
		{"SumSquare", testSumSquare},
		{"Fused", testFused},
		{"SGD", testSGD},
		{"Adam", testAdam},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(&suite{T: t, d: d}) })
	}
	if err := s.d.Sync(); err != nil {
		t.Error("Sync:", err)
	}
}

// A suite is a device under test.
type suite struct {
	*testing.T
	d device.Device
}

// run runs a call on the operands, and reports whether the device had it. One of the basis it must have.
func (s *suite) run(op device.Op, attr device.Attr, out []*array, in ...*array) bool {
	s.Helper()
	c := &device.Call{Op: op, Attr: attr}
	for _, a := range out {
		c.Out = append(c.Out, a.on(s.d))
	}
	for _, a := range in {
		c.In = append(c.In, a.on(s.d))
	}
	return s.d.Run(c)
}

// must is run for operations that the device has to have.
func (s *suite) must(op device.Op, attr device.Attr, out []*array, in ...*array) {
	s.Helper()
	if !s.run(op, attr, out, in...) {
		s.Errorf("%s of %s is refused", op, describe(append(out, in...)))
	}
}

// floats are the types that every function is tested with; numbers have arithmetic.
var (
	floats  = []device.DType{device.Float32, device.Float64, device.BFloat16, device.Float16}
	numbers = append([]device.DType{device.Int64, device.Int32, device.Uint8}, floats...)
	all     = append([]device.DType{device.Bool}, numbers...)
)

// shapes have from no axis to eight.
var shapes = [][]int{
	{}, {1}, {5}, {0}, {3, 0, 2}, {7, 40}, {40, 7}, {2, 3, 4, 5}, {1, 6, 1, 3}, {3, 64, 9}, {2, 1, 2, 2, 1, 3, 2, 2},
}
