package nn

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Likely makes the bias [c] of a head of c classes that begins with probability p at one of them, and shares the rest equally among
// the others, while the weights say nothing yet: ln(p(c − 1)/(1 − p)) at the class and 0 elsewhere. A head of CTC that begins with
// its blank learns words as peaks; one that begins with every class alike can settle on a word that lasts, from where no small step
// leads away. It panics with a [tensor.Error] if there is no such class, and if p is not between 0 and 1.
//
// Lin, Goyal, Girshick, He and Dollár, Focal Loss for Dense Object Detection, 2017 (arXiv:1708.02002), section 4.1, for two classes.
func Likely(class int, p float64) Init {
	return wanted(func(_ rng.Key, shape ...int) *tensor.Tensor {
		if len(shape) != 1 || class < 0 || class >= shape[0] || !(p > 0 && p < 1) {
			panic(tensor.Errorf("Likely", "class %d with probability %v of a bias of shape %v; want one of [c] and between 0 and 1", class, p, shape))
		}
		x := make([]float32, shape[0])
		if others := shape[0] - 1; others > 0 {
			x[class] = float32(math.Log(p * float64(others) / (1 - p)))
		}
		return fill(x, shape)
	})
}
