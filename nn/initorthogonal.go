package nn

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Orthogonal makes a weight [out in …] whose rows, or columns if there are more rows than columns, are at right angles and
// of length gain: it neither lengthens nor shortens what it maps. The axes behind the first count as one.
//
// It orthogonalizes normal numbers row by row in float64, out²·in operations: seconds for thousands of units.
//
// Saxe, McClelland and Ganguli, Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks, 2013
// (arXiv:1312.6120).
func Orthogonal(gain float64) Init {
	return wanted(func(key rng.Key, shape ...int) *tensor.Tensor {
		if len(shape) < 2 {
			panic(tensor.Errorf("Orthogonal", "a parameter of shape %v has no rows and columns", shape))
		}
		out, in := shape[0], length(shape[1:])
		q := orthonormal(key, min(out, in), max(out, in))
		x := make([]float32, out*in)
		for i, row := range q {
			for j, v := range row {
				if out <= in {
					x[i*in+j] = float32(gain * v)
				} else {
					x[j*in+i] = float32(gain * v)
				}
			}
		}
		return fill(x, shape)
	})
}

// orthonormal returns n rows of m ≥ n numbers, of length 1 and at right angles: a random rotation.
func orthonormal(key rng.Key, n, m int) [][]float64 {
	normal := make([]float32, n*m)
	key.Normal(normal)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, m)
		for j := range m {
			rows[i][j] = float64(normal[i*m+j])
		}
		for _, q := range rows[:i] {
			d := dot(q, rows[i])
			for j, v := range q {
				rows[i][j] -= float64(d * v)
			}
		}
		scale := 1 / math.Sqrt(dot(rows[i], rows[i]))
		for j := range m {
			rows[i][j] *= scale
		}
	}
	return rows
}

func dot(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += float64(v * y[i])
	}
	return sum
}

// DeltaOrthogonal makes the weight [out in size …] of a convolution that is [Orthogonal] at the middle of the window and 0
// elsewhere, so that networks of thousands of plain layers train. It panics with a [tensor.Error] if in exceeds out, or if
// the window has no middle.
//
// Xiao, Bahri, Sohl-Dickstein, Schoenholz and Pennington, Dynamical Isometry and a Mean Field Theory of CNNs, 2018
// (arXiv:1806.05393), section 3.
func DeltaOrthogonal(gain float64) Init {
	return wanted(func(key rng.Key, shape ...int) *tensor.Tensor {
		if len(shape) < 3 || shape[1] > shape[0] {
			panic(tensor.Errorf("DeltaOrthogonal", "a parameter of shape %v is not [out in size …] with at least as many out as in", shape))
		}
		window, middle := middleOf("DeltaOrthogonal", shape[2:])
		q := Orthogonal(gain)(key, shape[0], shape[1]).Floats()
		x := make([]float32, length(shape))
		for i, v := range q {
			x[i*window+middle] = v
		}
		return fill(x, shape)
	})
}

// middleOf returns how many places a window has, and which of them is the middle one.
func middleOf(op string, window []int) (places, middle int) {
	places = 1
	for _, n := range window {
		if n%2 == 0 {
			panic(tensor.Errorf(op, "a window of shape %v has no middle", window))
		}
		places *= n
	}
	return places, places / 2
}
