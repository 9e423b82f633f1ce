package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// A Mining says which triplets of a batch [TripletMiningLoss] takes.
type Mining int

// The ways of mining.
const (
	BatchHard Mining = iota // for each anchor the farthest of its class and the nearest of another
	BatchAll                // all triplets
	SemiHard                // for each pair of a class the nearest of another that is farther than the pair, else the farthest
)

// TripletMiningLoss is [TripletLoss] over triplets found in a batch of embeddings with classes. Its count is the number of
// triplets.
//
//	embeddings [n d], target [n] of classes
//	sum = Σ over (a, p, n) of max(0, D(a, p) − D(a, n) + margin)
//
// The host reads the distances to choose; which are chosen has no gradient. Triplets that cost nothing count too. An anchor
// without a second of its class, or without another class, is in no triplet. Batches should hold several examples of each class.
//
// In-batch: micro-batches have fewer triplets, and do not add up to the batch.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Hermans, Beyer and Leibe, In Defense of the Triplet Loss for Person Re-Identification, 2017 (arXiv:1703.07737), equations 5
// and 6; Schroff, Kalenichenko and Philbin, FaceNet, 2015 (arXiv:1503.03832), section 3.2, for semi-hard negatives.
type TripletMiningLoss struct {
	Mining   Mining   // 0 means BatchHard
	Margin   float64  // 0 means 1
	Distance Distance // nil means Euclidean
	Soft     bool     // a margin that never ends, in place of Margin
}

// Loss returns the loss of a batch.
func (o TripletMiningLoss) Loss(embeddings, target *tensor.Tensor) Loss {
	x, y := embedded("TripletMining", embeddings, target)
	n := x.Dim(0)
	d := o.Distance.or()(x.Unsqueeze(1), x.Unsqueeze(0)) // [n n]
	near, far := o.Mining.pick(d.Detach().Floats(), y)
	if len(near) == 0 {
		return Loss{d.Sum().Scale(0), 0}
	}
	flat := d.Reshape(n * n)
	at := func(index []int64) *tensor.Tensor { return flat.Take(0, tensor.Of(index, len(index)).To(x.Device())) }
	return Loss{TripletLoss{Margin: o.Margin, Soft: o.Soft}.cost(at(near), at(far)).Sum(), float64(len(near))}
}

// embedded checks embeddings [n d] with classes [n], and returns them; the host reads the classes.
func embedded(op string, embeddings, target *tensor.Tensor) (x *tensor.Tensor, classes []int64) {
	if !embeddings.DType().IsFloat() || embeddings.Rank() != 2 || target.DType().IsFloat() || !slices.Equal(target.Shape(), embeddings.Shape()[:1]) {
		panic(tensor.Errorf(op, "embeddings %s of shape %v and classes %s of shape %v; want floats [n d] and integers [n]",
			embeddings.DType(), embeddings, target.DType(), target))
	}
	return wide(embeddings), target.Ints()
}

// pick returns the places in the distances d [n n] of anchors and positives, and of the same anchors and negatives.
func (m Mining) pick(d []float32, class []int64) (near, far []int64) {
	n := len(class)
	for a := range n {
		var same, other []int
		for j := range n {
			switch {
			case class[j] != class[a]:
				other = append(other, a*n+j)
			case j != a:
				same = append(same, a*n+j)
			}
		}
		if len(same) == 0 || len(other) == 0 {
			continue
		}
		add := func(p, q int) { near, far = append(near, int64(p)), append(far, int64(q)) }
		switch m {
		case BatchAll:
			for _, p := range same {
				for _, q := range other {
					add(p, q)
				}
			}
		case SemiHard:
			for _, p := range same {
				add(p, semiHard(d, d[p], other))
			}
		default:
			add(best(same, func(j int) float32 { return d[j] }), best(other, func(j int) float32 { return -d[j] }))
		}
	}
	return near, far
}

// semiHard returns the nearest of the others that is farther than limit, the farthest if there is none.
func semiHard(d []float32, limit float32, others []int) int {
	var farther []int
	for _, j := range others {
		if d[j] > limit {
			farther = append(farther, j)
		}
	}
	if len(farther) == 0 {
		return best(others, func(j int) float32 { return d[j] })
	}
	return best(farther, func(j int) float32 { return -d[j] })
}

// best returns the first of those for which f is largest.
func best(of []int, f func(j int) float32) int {
	b := of[0]
	for _, j := range of[1:] {
		if f(j) > f(b) {
			b = j
		}
	}
	return b
}
