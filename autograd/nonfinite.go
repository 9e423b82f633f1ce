package autograd

import (
	"fmt"
	"math"
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// FirstNonFinite walks the history of y in the order it was computed, and describes the first operation whose result
// has a NaN or an infinity though its inputs have none: "the result of Conv, of shape [32 8 24 24] (layer stem)". An operation
// without parameters is said to be behind the layer that its input comes of. It returns "" if there is none.
func FirstNonFinite(y *tensor.Tensor) string {
	if !y.NeedsGrad() {
		return ""
	}
	bad := map[*tensor.Tensor]bool{}
	isBad := func(t *tensor.Tensor) bool {
		b, known := bad[t]
		if !known {
			b = nonFinite(t)
			bad[t] = b
		}
		return b
	}
	for _, t := range topological(y) {
		n := t.Node()
		if !isBad(t) {
			continue
		}
		if n == nil {
			return fmt.Sprintf("the parameter %s of shape %v", t.Name(), t.Shape())
		}
		for _, x := range n.In {
			if x != nil && isBad(x) {
				return fmt.Sprintf("an input of shape %v of %s%s", x.Shape(), n.Name, layerOf(n))
			}
		}
		return fmt.Sprintf("the result of %s, of shape %v%s", n.Name, t.Shape(), layerOf(n))
	}
	return ""
}

// layerOf says in which layer an operation is, or behind which.
func layerOf(n *tensor.Node) string {
	for where := "layer"; n != nil; where = "behind layer" {
		var before *tensor.Node
		for _, x := range n.In {
			if x == nil {
				continue
			}
			if i := strings.LastIndexByte(x.Name(), '.'); i > 0 {
				return " (" + where + " " + x.Name()[:i] + ")"
			}
			if before == nil {
				before = x.Node()
			}
		}
		n = before
	}
	return ""
}

func nonFinite(t *tensor.Tensor) bool {
	if !t.DType().IsFloat() {
		return false
	}
	for _, v := range t.Floats() {
		if v != v || math.IsInf(float64(v), 0) {
			return true
		}
	}
	return false
}
