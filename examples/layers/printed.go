package main

import "github.com/jimu-ml/jimu/tensor"

// printedBackward is the article's: x is never used, and what comes back is the gradient of the input. Its layers' backward
// is given a gradient only, so they could still store those of their weights; the article's do not say that they must.
func printedBackward(n network, _, dLdx *tensor.Tensor) *tensor.Tensor {
	for i := len(n) - 1; i >= 0; i-- {
		dLdx = n[i].backward(dLdx)
	}
	return dLdx
}

// printedPropagation is the article's backpropagation: it hands the output to backward as x, and returns the loss and the
// gradient of the input, of which the next step has no use.
func printedPropagation(n network, x, y *tensor.Tensor) (loss float64, dLdx *tensor.Tensor) {
	output := n.forward(x)
	loss, dLdOutput := crossEntropy(output, y)
	return loss, printedBackward(n, output, dLdOutput)
}

// printedOptimize is the article's update: it overwrites the gradient with weight · rate, so that each step is
// w ← w (1 − rate). It is given the benefit of writing its result back; see printedLoop.
func printedOptimize(weights []float64, rate float64) []float64 {
	for i, weight := range weights {
		dLdW := weight * rate
		weights[i] = weight - dLdW
	}
	return weights
}

// printedLoop is the same to the letter: the loop changes a copy of each number, and the list stays as it was. Both mistakes
// are of the kind that linters find.
//
//nolint:staticcheck,ineffassign,wastedassign // it is the article's, mistakes and all
func printedLoop(weights []float64, dLdW, rate float64) []float64 {
	for _, weight := range weights {
		dLdW = weight * rate
		weight -= dLdW
	}
	return weights
}
