package device

// A Program is elementwise operations one after another, which [Fused] runs as one call: block by block, so that what
// passes from one to the next stays in the nearest memory.
//
// Its places are numbered: first the inputs of the call, then its outputs, then registers, which hold something only
// while the program runs. Inputs broadcast to the outputs, which have one shape and layout. An output may be read
// by the steps behind the one that writes it. One that lies in the memory of an input is written in the last step
// that reads the input, or behind it.
type Program struct {
	Steps     []Step
	Registers []DType // the type of each
}

// A Step is one operation of a [Program]: a unary, binary, scalar or comparing one, a gradient of such, [Where], or [Copy].
type Step struct {
	Op     Op
	Flag   bool // as the operation's comment says
	To     uint8
	In     [3]uint8
	Scalar float64 // of AddScalar and MulScalar
}

// elementwise is how many inputs the elementwise operations have.
var elementwise = [Ops]uint8{
	Copy: 1, Neg: 1, Abs: 1, Sign: 1, Exp: 1, Log: 1, Sqrt: 1, Sin: 1, Cos: 1, Tanh: 1, Erf: 1, Floor: 1, Ceil: 1,
	Round: 1, Not: 1, AddScalar: 1, MulScalar: 1, Relu: 1, Sigmoid: 1, Gelu: 1, Silu: 1, Softplus: 1,
	Add: 2, Sub: 2, Mul: 2, Div: 2, Pow: 2, Maximum: 2, Minimum: 2, Equal: 2, Less: 2, LessEqual: 2, And: 2, Or: 2,
	ReluGrad: 2, SigmoidGrad: 2, TanhGrad: 2, GeluGrad: 2, SiluGrad: 2,
	Where: 3,
}

// Elementwise returns how many inputs an operation has whose output at a place depends on its inputs at that place
// alone, and 0 for any other operation.
func (o Op) Elementwise() int {
	if int(o) >= len(elementwise) {
		return 0
	}
	return int(elementwise[o])
}
