package device

import "fmt"

var opNames = [Ops]string{
	Fill: "Fill", Iota: "Iota", Copy: "Copy", Random: "Random", Neg: "Neg", Abs: "Abs", Sign: "Sign", Exp: "Exp",
	Log: "Log", Sqrt: "Sqrt", Sin: "Sin", Cos: "Cos", Tanh: "Tanh", Erf: "Erf", Floor: "Floor", Ceil: "Ceil",
	Round: "Round", Not: "Not", Add: "Add", Sub: "Sub", Mul: "Mul", Div: "Div", Pow: "Pow", Maximum: "Maximum",
	Minimum: "Minimum", Equal: "Equal", Less: "Less", LessEqual: "LessEqual", And: "And", Or: "Or",
	Where: "Where", Sum: "Sum", Prod: "Prod", Max: "Max", Min: "Min", ArgMax: "ArgMax", ArgMin: "ArgMin",
	MatMul: "MatMul", Gather: "Gather", ScatterAdd: "ScatterAdd", Linear: "Linear",
	LinearQuantized: "LinearQuantized", LinearInt8: "LinearInt8", AddScalar: "AddScalar",
	MulScalar: "MulScalar", Accumulate: "Accumulate", Relu: "Relu", ReluGrad: "ReluGrad", Sigmoid: "Sigmoid",
	SigmoidGrad: "SigmoidGrad", TanhGrad: "TanhGrad", Gelu: "Gelu", GeluGrad: "GeluGrad", Silu: "Silu",
	SiluGrad: "SiluGrad", Softplus: "Softplus", Softmax: "Softmax", SoftmaxGrad: "SoftmaxGrad",
	LogSoftmax: "LogSoftmax", LogSoftmaxGrad: "LogSoftmaxGrad", CrossEntropy: "CrossEntropy",
	CrossEntropyGrad: "CrossEntropyGrad", LayerNorm: "LayerNorm", LayerNormGrad: "LayerNormGrad",
	BatchNorm: "BatchNorm", BatchNormGrad: "BatchNormGrad", Attention: "Attention", AttentionGrad: "AttentionGrad",
	Rotary: "Rotary", RMSNorm: "RMSNorm", RMSNormGrad: "RMSNormGrad", GroupNorm: "GroupNorm", GroupNormGrad: "GroupNormGrad",
	LinearGelu: "LinearGelu", Conv: "Conv", ConvInputGrad: "ConvInputGrad",
	ConvWeightGrad: "ConvWeightGrad", MaxPool: "MaxPool", MaxPoolGrad: "MaxPoolGrad", AvgPool: "AvgPool",
	AvgPoolGrad: "AvgPoolGrad", Dropout: "Dropout", SumSquare: "SumSquare", Fused: "Fused", SGD: "SGD", Adam: "Adam",
	LSTM: "LSTM", LSTMGrad: "LSTMGrad", GRU: "GRU", GRUGrad: "GRUGrad",
}

// String returns the name of the operation, such as "MatMul".
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return fmt.Sprintf("Op(%d)", uint8(o))
}

// Basis reports whether no device may refuse the operation.
func (o Op) Basis() bool { return o < Linear }
