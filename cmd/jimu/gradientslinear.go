package main

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// square returns the probe of an operation on a symmetric matrix [3 3] whose eigenvalues are positive and apart.
func square(name string, f func(x array) array) probe {
	apart := tensor.Of([]float32{3, 0, 0, 0, 5, 0, 0, 0, 8}, 3, 3)
	return probe{name, [][]int{{3, 3}}, func(x inputs) array {
		return f(x[0].Add(x[0].T()).Scale(0.25).Add(apart.Cast(x[0].DType())))
	}}
}

// system returns the probe of an operation on a matrix [4 3] or [3 3] and right sides [… 2].
func system(name string, rows int, f func(a, b array) array) probe {
	apart := tensor.Of([]float32{3, 0, 0, 0, 4, 0, 0, 0, 5, 1, 1, 2}, 4, 3).Slice(0, 0, rows)
	return probe{name, [][]int{{rows, 3}, {rows, 2}}, func(x inputs) array {
		return f(x[0].Scale(0.5).Add(apart.Cast(x[0].DType())), x[1])
	}}
}

// wave returns the probe of an operation on a signal [7].
func wave(name string, f func(x array) array) probe {
	return probe{name, [][]int{{7}}, func(x inputs) array { return f(x[0]) }}
}

// pairOf returns the probe of an operation on complex numbers [3 2].
func pairOf(name string, f func(x array) array) probe {
	return probe{name, [][]int{{3, 2}}, func(x inputs) array { return f(x[0]) }}
}

// The operations of linear algebra and on signals are probes too.
var _ = func() bool {
	probes = append(probes,
		square("Cholesky", op.Cholesky), square("Inverse", op.Inverse), square("Det", op.Det),
		square("SlogDet", func(x array) array { _, y := op.SlogDet(x); return y }),
		square("Eigh", func(x array) array { w, v := op.Eigh(x); return w.Add(v.Square().Sum(0)).Add(v.Square().Mul(w).Sum(1)) }),
		square("SVD", func(x array) array {
			u, s, v := op.SVD(x)
			return s.Add(u.Square().Mul(s).Sum(1)).Add(v.Square().Mul(s).Sum(1))
		}),
		square("LU", func(x array) array { _, l, u := op.LU(x); return l.MatMul(u.Square()) }),
		square("QR", func(x array) array { q, r := op.QR(x); return q.Square().MatMul(r.Square()) }),
		square("MatrixPower", func(x array) array { return op.MatrixPower(x, 3) }),
		square("MatrixExp", func(x array) array { return op.MatrixExp(x.Scale(0.2)) }),
		system("Solve", 3, op.Solve),
		system("SolveTriangular", 3, func(a, b array) array { return op.SolveTriangular(a, b, true) }),
		system("LstSq", 4, func(a, b array) array { return op.LstSq(a, b, 0) }),
		system("PInverse", 4, func(a, b array) array { return op.PInverse(a, 0).MatMul(b) }),
		probe{"CDist", [][]int{{3, 2}, {4, 2}}, func(x inputs) array { return op.CDist(x[0], x[1].AddScalar(2), 2) }},
		probe{"Einsum", [][]int{{2, 3}, {3, 4}}, func(x inputs) array { return op.Einsum("ij,jk->ki", x[0], x[1]) }},
		of("TopK", func(x array) array { y, _ := op.TopK(x, 2, 1, false); return y }),
		of("GatherND", func(x array) array { return op.GatherND(x, tensor.Of([]int64{2, 1, 0, 4}, 2, 2), 0) }),
		probe{"ScatterND", [][]int{{3, 5}, {2, 5}}, func(x inputs) array {
			return op.ScatterND(x[0], tensor.Of([]int64{2, 0}, 2, 1), x[1])
		}},
		probe{"ScatterNDReduce", [][]int{{3, 5}, {2, 5}}, func(x inputs) array {
			return op.ScatterNDReduce(x[0], tensor.Of([]int64{2, 2}, 2, 1), x[1], tensor.ReduceSum)
		}},
		of("PadReflect", func(x array) array { return op.PadReflect(x, [2]int{1, 2}, [2]int{0, 1}) }),
		of("PadReplicate", func(x array) array { return op.PadReplicate(x, [2]int{1, 2}, [2]int{0, 1}) }),
		of("PadCircular", func(x array) array { return op.PadCircular(x, [2]int{1, 2}, [2]int{0, 1}) }),
	)
	probes = append(probes,
		pairOf("FFT", func(x array) array { return op.FFT(x, op.NormOrtho) }), pairOf("IFFT", func(x array) array { return op.IFFT(x, op.NormBackward) }),
		pairOf("ComplexConj", op.ComplexConj), pairOf("ComplexAbs", op.ComplexAbs), pairOf("ComplexAngle", op.ComplexAngle),
		pairOf("ComplexMul", func(x array) array { return op.ComplexMul(x, op.ComplexConj(x.Square())) }),
		pairOf("IRFFT", func(x array) array { return op.IRFFT(x, 5, op.NormBackward) }),
		both("Complex", func(x, y array) array { return op.Complex(x, y.Expand(3, 4)) }),
		wave("RFFT", func(x array) array { return op.RFFT(x, op.NormBackward) }),
		wave("FFTShift", func(x array) array { return op.FFTShift(x, 0) }), wave("IFFTShift", func(x array) array { return op.IFFTShift(x, 0) }),
		wave("STFT", func(x array) array { return op.STFT(x, op.STFTConfig{Size: 4, Hop: 2}) }),
		wave("ISTFT", func(x array) array {
			c := op.STFTConfig{Size: 4, Hop: 2}
			return op.ISTFT(op.STFT(x, c).Square(), c, 7)
		}),
	)
	return true
}()
