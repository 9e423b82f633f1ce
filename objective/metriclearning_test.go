package objective

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

const inBatch = "in-batch: micro-batches do not add up to the batch"

var (
	left   = numbers(8, 3)
	right  = numbers(24).Flip(0).Scale(0.7).AddScalar(0.05).Reshape(8, 3)
	third  = numbers(24).Square().AddScalar(-1).Reshape(8, 3)
	groups = tensor.Of([]int64{0, 1, 2, 0, 1, 2, 0, 3})
	one3   = tensor.Of([]float32{1, 0, 0}, 1, 3)
	two3   = tensor.Of([]float32{0, 2, 0}, 1, 3)
)

func triple(o TripletLoss) call {
	return func(x []*tensor.Tensor) Loss { return o.Loss(x[0], x[1], x[2]) }
}

var _ = register(sample{
	name: "TripletLoss", loss: triple(TripletLoss{}), in: list(left, right, third),
	values: []value{{list(one3, one3, two3), 0, 1}, {list(one3, two3, one3), math.Sqrt(5) + 1, 1}},
	wrong:  []wrong{{list(left, right.Slice(0, 0, 4), third), "Triplet: predictions of shape [8 3] and targets of shape [4 3] differ"}},
	golden: "Triplet", names: []string{"anchor", "positive", "negative"},
	given: func(c *check.Case) call {
		distance := []Distance{Angular, Manhattan, nil}[c.Int("p")]
		return triple(TripletLoss{Margin: c.Float("margin"), Swap: c.Bool("swap"), Distance: distance})
	},
})

var _ = register(sample{
	name: "TripletLoss/soft", loss: triple(TripletLoss{Soft: true, Swap: true, Distance: SquaredEuclidean}), in: list(left, right, third),
	values: []value{{list(one3, two3, two3), math.Log1p(math.Exp(5)), 1}}, // the swap: D(p, n) = 0
})

var _ = register(sample{
	name: "ContrastiveLoss", loss: func(x []*tensor.Tensor) Loss { return ContrastiveLoss{}.Loss(x[0], x[1], x[2]) },
	in: list(left, right, tensor.Of([]int64{1, -1, 1, 1, 0, -1, -1, 1})), free: 2,
	values: []value{
		{list(one3, two3, tensor.Of([]int64{1}, 1)), 2.5, 1},
		{list(one3, one3.Scale(0.5), tensor.Of([]int64{0}, 1)), 0.125, 1},
	},
	wrong:  []wrong{{list(left, right, pairs), "Contrastive: a target of shape [9]; want [8]"}},
	golden: "Contrastive", names: []string{"a", "b", "target"},
	given: func(c *check.Case) call {
		return func(x []*tensor.Tensor) Loss {
			return ContrastiveLoss{Margin: c.Float("margin")}.Loss(x[0], x[1], x[2])
		}
	},
})

var _ = register(sample{
	name: "MarginRankingLoss", loss: func(x []*tensor.Tensor) Loss { return MarginRankingLoss{}.Loss(x[0], x[1], x[2]) },
	in: list(left.Reshape(24), right.Reshape(24), bits.Reshape(18).Slice(0, 0, 6).Expand(4, 6).Reshape(24)), free: 2,
	values: []value{{list(one3, two3, tensor.Of([]int64{1, 1, -1}, 1, 3)), 2, 3}},
	wrong:  []wrong{{list(left, right, pairs), "MarginRanking: a target of shape [9]; want [8 3]"}},
	golden: "MarginRanking", names: []string{"a", "b", "target"},
	given: func(c *check.Case) call {
		return func(x []*tensor.Tensor) Loss {
			return MarginRankingLoss{Margin: c.Float("margin")}.Loss(x[0], x[1], x[2])
		}
	},
})

var noEmbeddings = []misuse{
	{numbers(4, 3), classes(3, 5), "embeddings float32 of shape [4 3] and classes int64 of shape [5]; want floats [n d] and integers [n]"},
	{numbers(4, 3), numbers(4), "and classes float32 of shape [4]"},
}

var line = tensor.Of([]float32{0, 1, 3, 7}, 4, 1) // of classes 0 0 1 1

var _ = register(sample{
	name: "TripletMiningLoss", objective: TripletMiningLoss{}, prediction: left, target: groups, whole: inBatch,
	// 0: 1 against 3; 1: 1 against 2; 3: 4 against 2, at a cost of 3; 7: 4 against 6.
	byHand: []byHand{{line, tensor.Of([]int64{0, 0, 1, 1}), 3, 4}},
	misuse: noEmbeddings,
	golden: "TripletMining", names: []string{"embeddings", "target"},
	like: func(c *check.Case) Objective {
		var name string
		c.Attr("mining", &name)
		return TripletMiningLoss{Mining: map[string]Mining{"hard": BatchHard, "all": BatchAll, "semi": SemiHard}[name], Margin: c.Float("margin")}
	},
})

var _ = register(sample{
	name: "TripletMiningLoss/all", objective: TripletMiningLoss{Mining: BatchAll, Soft: true, Distance: SquaredEuclidean}, prediction: left, target: groups, whole: inBatch,
	byHand: []byHand{{line, tensor.Of([]int64{0, 1, 2, 3}), 0, 0}},
})

var _ = register(sample{
	name: "TripletMiningLoss/semi-hard", objective: TripletMiningLoss{Mining: SemiHard, Margin: 2}, prediction: left, target: groups, whole: inBatch,
	// 0: 1 against 3; 1: 1 against 2, at a cost of 1; 3: 4 against 3, for want of one farther; 7: 4 against 6.
	byHand: []byHand{{line, tensor.Of([]int64{0, 0, 1, 1}), 0 + 1 + 3 + 0, 4}},
})

var _ = register(sample{
	name: "NTXentLoss", objective: NTXentLoss{}, prediction: left, target: right, whole: inBatch,
	byHand: []byHand{{one3, two3, 0, 2}},
	misuse: []misuse{{numbers(4), numbers(4), "NTXent: vectors of shape [4]; want [n d]"}},
	golden: "NTXent", names: []string{"a", "b"}, like: func(c *check.Case) Objective { return NTXentLoss{Temperature: c.Float("temperature")} },
})

var _ = register(sample{
	name: "InfoNCELoss", objective: InfoNCELoss{}, prediction: left, target: right, whole: inBatch,
	byHand: []byHand{{tensor.Ones(2, 3), tensor.Ones(2, 3), 2 * math.Ln2, 2}},
	misuse: []misuse{{numbers(4), numbers(4), "InfoNCE: vectors of shape [4]; want [n d]"}},
	golden: "InfoNCE", names: []string{"a", "b"}, like: func(c *check.Case) Objective { return InfoNCELoss{Temperature: c.Float("temperature")} },
})

var _ = register(sample{
	name: "CLIP", loss: func(x []*tensor.Tensor) Loss { return CLIP(x[0], x[1], x[2]) }, in: list(left, right, tensor.Scalar(2)), whole: inBatch,
	values: []value{{list(tensor.Ones(2, 3), tensor.Ones(2, 3), tensor.Ones(1)), 2 * math.Ln2, 2}},
	wrong: []wrong{
		{list(numbers(4), numbers(4), tensor.Scalar(1)), "CLIP: vectors of shape [4]; want [n d]"},
		{list(left, right, numbers(2)), "CLIP: a scale float32 of shape [2]; want one number"},
	},
	golden: "CLIP", names: []string{"images", "texts", "scale"},
})

var _ = register(sample{
	name: "SigLIP", loss: func(x []*tensor.Tensor) Loss { return SigLIP(x[0], x[1], x[2], x[3]) },
	in: list(left, right, tensor.Scalar(1), tensor.Scalar(-2)), whole: inBatch,
	values: []value{{list(one3, two3, tensor.Scalar(3), tensor.Scalar(-1)), math.Log(1 + math.E), 1}},
	wrong: []wrong{
		{list(numbers(4), numbers(4), tensor.Scalar(1), tensor.Scalar(1)), "SigLIP: vectors of shape [4]; want [n d]"},
		{list(left, right, numbers(2), tensor.Scalar(1)), "SigLIP: a scale of shape [2] and a bias of shape []; want one number each"},
	},
	golden: "SigLIP", names: []string{"images", "texts", "scale", "bias"},
})

var _ = register(sample{
	name: "SupConLoss", objective: SupConLoss{Temperature: 0.5}, prediction: left, target: groups, whole: inBatch,
	byHand: []byHand{
		{tensor.Ones(3, 2), tensor.Of([]int64{1, 1, 1}), 3 * math.Ln2, 3},
		{tensor.Ones(3, 2), tensor.Of([]int64{1, 2, 3}), 0, 0},
	},
	misuse: noEmbeddings,
	golden: "SupCon", names: []string{"embeddings", "target"}, like: func(c *check.Case) Objective { return SupConLoss{Temperature: c.Float("temperature")} },
})

var _ = register(sample{
	name: "CircleLoss", objective: CircleLoss{Scale: 4}, prediction: left, target: groups, whole: inBatch,
	byHand: []byHand{
		// Alike where it should be, at right angles where it should: exponents −γ m² of one positive and two negatives.
		{tensor.Of([]float32{1, 0, 1, 0, 0, 1, 0, 1}, 4, 2), tensor.Of([]int64{0, 0, 1, 1}), 4 * math.Log(1+2*math.Exp(-0.5)), 4},
		{tensor.Ones(2, 2), tensor.Of([]int64{1, 1}), 0, 0},
	},
	misuse: noEmbeddings,
	golden: "Circle", names: []string{"embeddings", "target"},
	like: func(c *check.Case) Objective { return CircleLoss{Margin: c.Float("margin"), Scale: c.Float("scale")} },
})

var (
	cosines = numbers(8, 4).Scale(0.45)
	bounds  = list(tensor.Of([]float32{1, -1, 0, 1, -1, 1, 1, -1}, 2, 4).Expand(8, 2, 4).Select(1, 0).Contiguous())
)

// face is an objective of cosines as one of embeddings and the directions of classes.
func face(o Objective) call {
	return func(x []*tensor.Tensor) Loss { return o.Loss(Cosines(x[0], x[1]), x[2]) }
}

var faceNames = []string{"embeddings", "weight", "target"}

var _ = register(sample{
	name: "ArcFaceLoss", objective: ArcFaceLoss{Scale: 4}, prediction: cosines, target: classes(4, 8), extremes: bounds,
	byHand: []byHand{{tensor.Of([]float32{0, -math.Sqrt2 / 2}, 1, 2), first, math.Log(1 + math.Exp(4*(math.Sin(0.5)-math.Sqrt2/2))), 1}},
	misuse: outsideClasses("ArcFace"),
	golden: "ArcFace", names: faceNames, given: func(c *check.Case) call {
		return face(ArcFaceLoss{Margin: c.Float("margin"), Scale: c.Float("scale")})
	},
})

var _ = register(sample{
	name: "CosFaceLoss", objective: CosFaceLoss{Scale: 4}, prediction: cosines, target: classes(4, 8), extremes: bounds,
	byHand: []byHand{{tensor.Of([]float32{0, -0.35}, 1, 2), first, math.Ln2, 1}},
	misuse: outsideClasses("CosFace"),
	golden: "CosFace", names: faceNames, given: func(c *check.Case) call {
		return face(CosFaceLoss{Margin: c.Float("margin"), Scale: c.Float("scale")})
	},
})

var _ = register(sample{
	name: "SphereFaceLoss", objective: SphereFaceLoss{Scale: 2}, prediction: cosines, target: classes(4, 8), extremes: bounds,
	byHand: []byHand{{tensor.Of([]float32{-1, 0}, 1, 2), first, math.Log(1 + math.Exp(14)), 1}}, // θ = π: k = 4 at its end, or 3: −7
	misuse: outsideClasses("SphereFace"),
	golden: "SphereFace", names: faceNames, given: func(c *check.Case) call { return face(SphereFaceLoss{Scale: c.Float("scale")}) },
})

func TestSphereFaceRefusesNegativeAngles(t *testing.T) {
	err := tensor.Catch(func() { SphereFaceLoss{Margin: -1}.Loss(cosines, classes(4, 8)) })
	if err == nil || !strings.Contains(err.Error(), "SphereFace: an angle times -1") {
		t.Errorf("error %v", err)
	}
}

var _ = register(sample{
	name: "Center", loss: func(x []*tensor.Tensor) Loss { return Center(x[0], x[1], x[2]) },
	in: list(left, right.Slice(0, 0, 4), groups), free: 2,
	values: []value{{list(one3, tensor.Concat(0, one3, two3), tensor.Of([]int64{1}, 1)), 2.5, 1}},
	wrong: []wrong{
		{list(left, numbers(4, 2), groups), "Center: centers float32 of shape [4 2] for features of shape [8 3]; want [c 3]"},
		{list(left, numbers(3, 3), groups), "Center: the class 3 is not among the 3 centers"},
	},
	golden: "Center", names: []string{"features", "centers", "target"}, shared: []int{1},
})

var _ = register(sample{
	name: "VICRegLoss", objective: VICRegLoss{}, prediction: left, target: right, whole: inBatch,
	byHand: []byHand{{tensor.Of([]float32{0, 0, 2, 0}, 2, 2), tensor.Of([]float32{0, 0, 2, 0}, 2, 2), 2 * 25 * 0.99 / 2, 2}}, // one of two features does not vary
	misuse: []misuse{{one3, one3, "VICReg: a batch of shape [1 3] has no variance"}},
	golden: "VICReg", names: []string{"a", "b"}, like: func(c *check.Case) Objective {
		return VICRegLoss{c.Float("invariance"), c.Float("variance"), c.Float("covariance")}
	},
})

var _ = register(sample{
	name: "BarlowTwinsLoss", objective: BarlowTwinsLoss{}, prediction: left, target: right, whole: inBatch,
	byHand: []byHand{{tensor.Of([]float32{0, 2e3}, 2, 1), tensor.Of([]float32{2e3, 0}, 2, 1), 2 * 4, 2}}, // correlation −1
	misuse: []misuse{{one3, one3, "BarlowTwins: a batch of shape [1 3] has no variance"}},
	golden: "BarlowTwins", names: []string{"a", "b"}, like: func(c *check.Case) Objective { return BarlowTwinsLoss{c.Float("lambda")} },
})
