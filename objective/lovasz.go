package objective

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LovaszHinge returns the Lovász extension of the Jaccard loss of maps of yes or no. Its count is the number of examples.
//
//	logits [n …], target [n …] of 0 and 1
//	m = 1 − z (2y − 1);  sum = Σᵢ Σ max(0, m) gⱼ
//
// g is by how much the Jaccard loss, one minus intersection over union, of example i grows when the positions are taken for
// wrong one after another, by falling m. At the corners, where all m are 0 or 1, the loss is the Jaccard loss itself. The host
// sorts the m; the order has no gradient. An example without a 1 costs its largest m.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if there is no axis of positions.
//
// Berman, Rannen Triki and Blaschko, The Lovász-Softmax Loss, 2017 (arXiv:1705.08790), section 2.2.
func LovaszHinge(logits, target *tensor.Tensor) Loss {
	const name = "LovaszHinge"
	z, t := signed(name, logits, target)
	if z.Rank() < 2 {
		panic(tensor.Errorf(name, "logits of shape %v; want [n …], with an axis of positions", logits))
	}
	n, size := z.Dim(0), volume(z.Shape()[1:])
	m := z.Mul(t).Neg().AddScalar(1).Reshape(n, size)
	g := growth(m, t.Reshape(n, size))
	return Loss{op.Relu(m).Mul(g).Sum(), float64(n)}
}

// LovaszSoftmax returns the Lovász extension of the mean Jaccard loss over the classes of maps. Its count is the number of
// examples.
//
//	logits [n c …], target [n …] of classes
//	m = |y_c − softmax(z)_c|;  sum = Σᵢ mean over the classes c of example i of Σ m gⱼ
//
// See [LovaszHinge] for g. Classes that an example does not have do not count for it. The host sorts the m.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the logits.
//
// Berman, Rannen Triki and Blaschko, The Lovász-Softmax Loss, 2017 (arXiv:1705.08790), equation 11.
func LovaszSoftmax(logits, target *tensor.Tensor) Loss {
	const name = "LovaszSoftmax"
	p, y := regions(name, logits, target)
	if target.Rank() == logits.Rank() {
		panic(tensor.Errorf(name, "a target of shape %v; want classes", target))
	}
	n, c := p.Dim(0), p.Dim(1)
	m := y.Add(p).Sub(y.Mul(p).Scale(2)) // |y − p| of y = 0 or 1
	g := growth(m.Reshape(n*c, p.Dim(2)), y.Reshape(n*c, p.Dim(2))).Reshape(m.Shape()...)
	there := y.MaxKeep(2) // [n c 1]
	w := there.Div(there.SumKeep(1))
	return Loss{m.Mul(g).Mul(w).Sum(), float64(n)}
}

// growth returns, for each row of errors m [n p] and truths above 0, by how much the Jaccard loss grows at each position.
func growth(m, truth *tensor.Tensor) *tensor.Tensor {
	n, p := m.Dim(0), m.Dim(1)
	errors, there := m.Detach().Floats(), truth.Detach().Floats()
	g := make([]float64, n*p)
	order := make([]int, p)
	for i := range n {
		row, yes := errors[i*p:][:p], there[i*p:][:p]
		total := 0
		for j := range order {
			order[j] = j
			if yes[j] > 0 {
				total++
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(row[b], row[a]) })
		hits, union, before := total, total, 0.0
		for _, j := range order {
			if yes[j] > 0 {
				hits--
			} else {
				union++
			}
			loss := 1 - float64(hits)/float64(max(union, 1))
			g[i*p+j], before = loss-before, loss
		}
	}
	return tensor.Of(g, n, p).Cast(m.DType()).To(m.Device())
}
