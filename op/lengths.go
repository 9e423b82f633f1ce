package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LengthMask returns which of t steps belong to sequences of those lengths, and are no padding.
//
//	lengths [n] of int64 or int32 → y [n t] of Bool
//	y[i, j] = j < lengths[i]
//
// It panics with a [tensor.Error] if the lengths are not a vector of integers.
func LengthMask(lengths *tensor.Tensor, t int) *tensor.Tensor {
	lengths = wholeLengths("LengthMask", lengths)
	return positions(lengths, t, 0, 1).Less(lengths.Unsqueeze(1))
}

// ReverseSequence turns the order of the steps of each sequence around, and leaves the padding behind it where it is.
//
//	x [n t …], lengths [n] of int64 or int32 → y [n t …]
//	y[i, j] = x[i, lengths[i] − 1 − j] for j < lengths[i], else x[i, j]
//
// It is its own inverse. It panics with a [tensor.Error] if the shapes do not fit, or if a length is more than t.
func ReverseSequence(x, lengths *tensor.Tensor) *tensor.Tensor {
	lengths = sequenceLengths("ReverseSequence", x, lengths)
	j := positions(x, x.Dim(1), 0, 1)
	before := lengths.Unsqueeze(1)
	return takeSteps(x, tensor.Where(j.Less(before), before.AddScalar(-1).Sub(j), j.Expand(x.Dim(0), x.Dim(1))))
}

// LastStep returns the last step of each sequence, before its padding.
//
//	x [n t …], lengths [n] of int64 or int32 → y [n …]
//	y[i] = x[i, lengths[i] − 1]
//
// It panics with a [tensor.Error] if the shapes do not fit, or if a length is not from 1 to t.
func LastStep(x, lengths *tensor.Tensor) *tensor.Tensor {
	lengths = sequenceLengths("LastStep", x, lengths)
	return takeSteps(x, lengths.AddScalar(-1).Unsqueeze(1)).Squeeze(1)
}

// takeSteps returns the steps of x [n t …] whose places stand in at [n m]: [n m …]. A place outside x meets another
// sequence only if it is inside the batch, so places are checked here: those outside 0 … t−1 go outside the whole.
func takeSteps(x, at *tensor.Tensor) *tensor.Tensor {
	n, t, m := x.Dim(0), x.Dim(1), at.Dim(1)
	rows := positions(x, n, 0, t).Unsqueeze(1).Add(at)
	inside := at.GreaterEqual(at.FullLike(0)).And(at.Less(at.FullLike(float64(t))))
	rows = tensor.Where(inside, rows, rows.FullLike(float64(n*t)))
	shape := slices.Clone(x.Shape())
	shape[1] = m
	return x.Flatten(0, 1).Take(0, rows.Reshape(n*m)).Reshape(shape...)
}

// wholeLengths returns lengths [n] as int64.
func wholeLengths(op string, lengths *tensor.Tensor) *tensor.Tensor {
	if t := lengths.DType(); lengths.Rank() != 1 || t != device.Int64 && t != device.Int32 {
		panic(tensor.Errorf(op, "the lengths are %s of shape %v; want int64 or int32 of [n]", lengths.DType(), lengths))
	}
	return lengths.Cast(device.Int64)
}

// sequenceLengths returns the lengths of the sequences x [n t …] as int64.
func sequenceLengths(op string, x, lengths *tensor.Tensor) *tensor.Tensor {
	lengths = wholeLengths(op, lengths)
	if x.Rank() < 2 || x.Dim(0) != lengths.Dim(0) {
		panic(tensor.Errorf(op, "%v is not [n t …] for lengths %v", x, lengths))
	}
	return lengths
}
