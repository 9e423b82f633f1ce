package objective

import "github.com/jimu-ml/jimu/tensor"

// TverskyLoss is one minus the overlap of two regions, where what is found wrongly and what is missed may cost unequally. Its
// count is the number of examples.
//
//	logits [n c …], target [n c …] of 0 and 1, or [n …] of classes; p = σ(z), or softmax over the classes
//	T = (Σ p y + s) / (Σ p y + α Σ p (1 − y) + β Σ (1 − p) y + s)
//	sum = Σᵢ mean over c of (1 − T)^(1/γ)
//
// The inner sums run over the positions of one map of one example. α = β = ½ is [DiceLoss] with twice the s, α = β = 1 the
// Jaccard index or intersection over union; β > α finds more at the price of false alarms. γ > 1 is the focal Tversky loss,
// which dwells on maps that overlap little. 1 − T counts as 10⁻⁷ at least, so that the gradient stays finite.
//
// It panics with a [tensor.Error] if the shapes do not fit, if a class is not among those of the logits, and if γ is negative.
//
// Salehi, Erdogmus and Gholipour, Tversky Loss Function for Image Segmentation, 2017 (arXiv:1706.05721), equation 3; Abraham
// and Khan, A Novel Focal Tversky Loss Function, 2018 (arXiv:1810.07842), equation 4, where α and β are the other way round.
type TverskyLoss struct {
	Alpha  float64 // α, the cost of what is found wrongly; if α and β are 0, the paper's 0.3 and 0.7
	Beta   float64 // β, the cost of what is missed
	Gamma  float64 // γ; 0 means 1
	Smooth float64 // s, in positions; 0 means 1
}

// Loss returns the loss of a batch.
func (o TverskyLoss) Loss(logits, target *tensor.Tensor) Loss {
	p, y := regions("Tversky", logits, target)
	if o.Alpha == 0 && o.Beta == 0 {
		o.Alpha, o.Beta = 0.3, 0.7
	}
	s, gamma := or(o.Smooth, 1), or(o.Gamma, 1)
	if gamma < 0 {
		panic(tensor.Errorf("Tversky", "a focus of %g for logits of shape %v; want one above 0", gamma, logits))
	}
	both, found, there := p.Mul(y).Sum(2), p.Sum(2), y.Sum(2) // [n c]
	wrong := found.Sub(both).Scale(o.Alpha).Add(there.Sub(both).Scale(o.Beta))
	missed := wrong.Div(both.Add(wrong).AddScalar(s)) // 1 − T
	if gamma != 1 {
		missed = missed.Maximum(missed.FullLike(1e-7)).PowScalar(1 / gamma)
	}
	return Loss{missed.Mean(1).Sum(), float64(p.Dim(0))}
}
