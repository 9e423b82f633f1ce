package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// BagMode says what [EmbeddingBag] makes of the rows of a bag.
type BagMode string

// The modes.
const (
	BagMean BagMode = "mean"
	BagSum  BagMode = "sum"
	BagMax  BagMode = "max"
)

// BagConfig says how [EmbeddingBag] works. The zero value takes means of all ids.
type BagConfig struct {
	Mode BagMode // "" means the mean
	Skip []int64 // ids that do not count, such as that of padding
}

// EmbeddingBag looks up a row for each id of a bag, and joins them to one.
//
//	weight [v d], ids [… t] of int64 or int32, weights [… t] or nil → y [… d]
//	y = Σᵢ wᵢ · weight[idsᵢ], or its mean over the bag, or the largest of each column
//
// The weights, of one for each id, are for the sum. A bag without ids that count gives 0. It panics with a [tensor.Error] if the
// shapes do not fit, or if an id is outside the table.
//
// Joulin, Grave, Bojanowski and Mikolov, Bag of Tricks for Efficient Text Classification, 2016 (arXiv:1607.01759), section 2.
func EmbeddingBag(weight, ids, weights *tensor.Tensor, c BagConfig) *tensor.Tensor {
	checkBag(weight, ids, weights, c)
	rows := Embedding(weight, ids) // [… t d]
	counts := bagCounts(rows, ids, c.Skip)
	switch c.Mode {
	case BagSum:
		if weights != nil {
			counts = counts.Mul(weights.Unsqueeze(-1))
		}
		return rows.Mul(counts).Sum(-2)
	case BagMax:
		if ids.Dim(-1) == 0 {
			return rows.Sum(-2)
		}
		some := counts.SumKeep(-2).Greater(counts.FullLike(0))
		low := rows.Bare().MinKeep(-1, -2)
		rows = tensor.Where(counts.Greater(counts.FullLike(0)), rows, low)
		return tensor.Where(some, rows.MaxKeep(-2), rows.FullLike(0)).Squeeze(-2)
	}
	n := counts.Sum(-2)
	return rows.Mul(counts).Sum(-2).Div(n.Maximum(n.FullLike(1)))
}

func checkBag(weight, ids, weights *tensor.Tensor, c BagConfig) {
	const op = "EmbeddingBag"
	checkFloat(op, weight)
	checkIDs(op, ids)
	if ids.Rank() < 1 {
		panic(tensor.Errorf(op, "ids %v are no bag", ids))
	}
	switch c.Mode {
	case "", BagMean, BagSum, BagMax:
	default:
		panic(tensor.Errorf(op, "no mode %q for %v; there are mean, sum, max", string(c.Mode), weight))
	}
	if weights != nil && (c.Mode != BagSum || !slices.Equal(weights.Shape(), ids.Shape())) {
		panic(tensor.Errorf(op, "weights %v for ids %v in mode %q; want one for each id, and the sum", weights, ids, string(c.Mode)))
	}
	checkType(op, "weights", weights, weight)
}

// bagCounts returns 1 for each id that counts, and 0 for the others: [… t 1].
func bagCounts(rows, ids *tensor.Tensor, skip []int64) *tensor.Tensor {
	counts := rows.FullLike(1, append(slices.Clone(ids.Shape()), 1)...)
	wide := ids.Cast(device.Int64).Unsqueeze(-1)
	for _, id := range skip {
		counts = tensor.Where(wide.Equal(wide.FullLike(float64(id))), counts.FullLike(0), counts)
	}
	return counts
}
