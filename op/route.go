package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// RouteTopK chooses the k experts of each token that the router finds most likely, and how much each of them counts.
//
//	logits [n e] → weights [n k], index [n k] of int64, the most likely first
//	weights = softmax(logits)[index], divided by their sum over k if normalize
//
// The gradient flows through the weights to the logits, and so to the router; with k = 1 and normalize there is none. The
// weights are in float32 or float64 whatever the logits are. It panics with a [tensor.Error] unless 1 ≤ k ≤ e.
//
// Shazeer and others, Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer, 2017
// (arXiv:1701.06538); Fedus, Zoph and Shazeer, Switch Transformers, 2021 (arXiv:2101.03961), for k = 1.
func RouteTopK(logits *tensor.Tensor, k int, normalize bool) (weights, index *tensor.Tensor) {
	checkFloat("RouteTopK", logits)
	if logits.Rank() != 2 || k < 1 || k > logits.Dim(1) {
		panic(tensor.Errorf("RouteTopK", "no %d experts in %v, which is to be [n e]", k, logits))
	}
	p := Softmax(logits.Cast(wideType(logits.DType())), 1)
	left := p.Detach()
	best, chosen := make([]*tensor.Tensor, k), make([]*tensor.Tensor, k)
	for j := range k {
		at := left.ArgMax(1)
		here := OneHot(at, p.Dim(1)) // unlike Gather it reads no index on the host: the routing can be compiled
		best[j], chosen[j] = p.Mul(here.Cast(p.DType())).Sum(1), at
		left = tensor.Where(here.Cast(device.Bool), left.FullLike(-1), left)
	}
	weights = tensor.Stack(1, best...)
	if normalize {
		weights = weights.Div(weights.SumKeep(1))
	}
	return weights, tensor.Stack(1, chosen...)
}

// RouterBalance is the loss that makes a router spread its tokens evenly over the experts.
//
//	logits [n e], index [n k] of int64 → y, a scalar
//	y = e · Σ f[i] · p[i]     f the share of tokens sent to expert i, p the mean of softmax(logits) there
//
// It is k, its least, if all experts get as many tokens. The gradient flows through p alone. Usually it is added with a
// factor of 0.01. It panics with a [tensor.Error] if the shapes do not fit.
//
// Fedus, Zoph and Shazeer, Switch Transformers, 2021 (arXiv:2101.03961), equations 4 to 6; after Lepikhin and others, GShard,
// 2020 (arXiv:2006.16668).
func RouterBalance(logits, index *tensor.Tensor) *tensor.Tensor {
	checkFloat("RouterBalance", logits)
	if logits.Rank() != 2 || index.Rank() != 2 || logits.Dim(0) != index.Dim(0) {
		panic(tensor.Errorf("RouterBalance", "logits %v and index %v are not [n e] and [n k]", logits, index))
	}
	e := logits.Dim(1)
	p := Softmax(logits.Cast(wideType(logits.DType())), 1).Mean(0)
	sent := OneHot(index, e).Sum(1).Cast(p.DType()).Mean(0)
	return sent.Mul(p).Sum().Scale(float64(e))
}

// RouterZ is the loss that keeps the logits of a router small, where rounding does the least harm.
//
//	logits [n e] → y, a scalar
//	y = mean over n of ln²(Σ e^logits)
//
// Usually it is added with a factor of 0.001. It panics with a [tensor.Error] if the logits are not [n e].
//
// Zoph and others, ST-MoE: Designing Stable and Transferable Sparse Expert Models, 2022 (arXiv:2202.08906), equation 5.
func RouterZ(logits *tensor.Tensor) *tensor.Tensor {
	checkFloat("RouterZ", logits)
	if logits.Rank() != 2 {
		panic(tensor.Errorf("RouterZ", "logits %v are not [n e]", logits))
	}
	return LogSumExp(logits.Cast(wideType(logits.DType())), 1).Square().Mean()
}

// Dispatch sends copies of tokens to their experts, each of which has room for so many.
//
//	x [n d], index [n k] of int64 → y [e room d], slots [k·n] of int64
//
// All first choices go before all second ones, and so on; among equals the earlier token goes first. What finds no room
// is left out: its slot is e·room. Places that nobody takes are 0. See [Combine]. It panics with a [tensor.Error] if the
// shapes do not fit.
func Dispatch(x, index *tensor.Tensor, experts, room int) (y, slots *tensor.Tensor) {
	checkFloat("Dispatch", x)
	if x.Rank() != 2 || index.Rank() != 2 || x.Dim(0) != index.Dim(0) || experts < 1 || room < 1 {
		panic(tensor.Errorf("Dispatch", "x %v and index %v are not [n d] and [n k], for %d experts of %d places", x, index, experts, room))
	}
	n, k, d := x.Dim(0), index.Dim(1), x.Dim(1)
	chosen := index.T().Reshape(k * n)
	sent := OneHot(chosen, experts)
	place := sent.CumSum(0).Mul(sent).Sum(1).Cast(device.Int64).AddScalar(-1) // among those of one expert
	slots = chosen.Mul(chosen.FullLike(float64(room))).Add(place)
	none := slots.FullLike(float64(experts * room))
	slots = tensor.Where(place.Less(place.FullLike(float64(room))), slots, none.Expand(k*n))
	copies := x.Unsqueeze(0).Expand(k, n, d).Reshape(k*n, d)
	y = copies.ScatterSum(0, slots, experts*room+1).Slice(0, 0, experts*room)
	return y.Reshape(experts, room, d), slots
}

// Combine brings what the experts made of tokens back to them, and adds it up by weight.
//
//	y [e room d], slots [k·n] from [Dispatch], weights [n k] → z [n d]
//
// A token that found no room anywhere gets 0. It panics with a [tensor.Error] if the shapes do not fit.
func Combine(y, slots, weights *tensor.Tensor) *tensor.Tensor {
	checkFloat("Combine", y)
	if y.Rank() != 3 || weights.Rank() != 2 || slots.Len() != weights.Len() {
		panic(tensor.Errorf("Combine", "y %v, slots %v and weights %v are not [e room d], [k·n] and [n k]", y, slots, weights))
	}
	n, k, d := weights.Dim(0), weights.Dim(1), y.Dim(2)
	all := tensor.Concat(0, y.Flatten(0, 1), y.FullLike(0, 1, d))
	back := all.Take(0, slots).Reshape(k, n, d)
	return back.Mul(weights.T().Unsqueeze(2).Cast(y.DType())).Sum(0)
}
