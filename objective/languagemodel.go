package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Unlabelled is the label of a token that is not to be predicted.
const Unlabelled = -100

// CausalLMLoss trains a language model to predict each token from those before it. Its count is the number of tokens that are
// predicted.
//
//	logits [b t v], labels [b t] of integers, the model's own input
//	sum = −Σ_{i < t − 1} ln softmax(zᵢ)[labelᵢ₊₁] + z (ln Σ_v exp zᵢ)²
//
// The shift is made here: logits and labels have the same length, and the last logits predict nothing. Labels of −100 are not
// predicted: padding, a prompt, or the prefix of a prefix language model. Where the targets are shifted already, as in
// windows over a text, it is [CrossEntropyLoss]. The z-loss, 1e-4 in PaLM, holds the logits' normalizer near 1. The host reads
// the labels. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, or if a label is neither −100 nor a token.
//
// Radford, Narasimhan, Salimans and Sutskever, Improving Language Understanding by Generative Pre-Training, 2018, equation 1;
// Chowdhery and others, PaLM, 2022 (arXiv:2204.02311), section 5, for the z-loss.
type CausalLMLoss struct {
	ZLoss float64 // z
}

// Loss returns the loss of a batch.
func (o CausalLMLoss) Loss(logits, labels *tensor.Tensor) Loss {
	const name = "CausalLM"
	tokens(name, logits, labels)
	t := labels.Dim(-1)
	if labels.Rank() == 0 || t == 0 {
		panic(tensor.Errorf(name, "labels of shape %v; want some tokens", labels))
	}
	return nextTokens(name, logits.Slice(-2, 0, t-1), labels.Slice(-1, 1, t), o.ZLoss)
}

// tokens checks logits [… v] and labels […].
func tokens(name string, logits, labels *tensor.Tensor) {
	if !logits.DType().IsFloat() || logits.Rank() == 0 || labels.DType().IsFloat() ||
		!slices.Equal(logits.Shape()[:logits.Rank()-1], labels.Shape()) {
		panic(tensor.Errorf(name, "logits %s of shape %v for labels %s of shape %v; want [… v] for integers […]",
			logits.DType(), logits, labels.DType(), labels))
	}
}

// nextTokens returns the loss of the labels that are not [Unlabelled], with the z-loss.
func nextTokens(name string, logits, labels *tensor.Tensor, z float64) Loss {
	tokens(name, logits, labels)
	l := CrossEntropyLoss{Ignore: new(Unlabelled)}.Loss(logits, labels)
	if z == 0 {
		return l
	}
	kept := labels.Cast(device.Int64).NotEqual(tensor.Scalar(Unlabelled).Cast(device.Int64).To(labels.Device()))
	size := op.LogSumExp(wide(logits), -1).Square()
	return Loss{l.Sum.Add(size.Mul(kept.Cast(size.DType())).Sum().Scale(z)), l.Count}
}

// MaskedLMLoss trains a language model to predict the tokens that were hidden from it, from both sides. Its count is their
// number.
//
//	logits [… v], labels […] of integers, −100 where the token was not hidden
//	sum = −Σ ln softmax(z)[label]
//
// text.Masking hides tokens as BERT does and gives the labels. It is also the objective of sequence-to-sequence models that
// fill in spans (T5), with −100 for padding: there the decoder's input is shifted, not the labels. The host reads the labels.
// The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, or if a label is neither −100 nor a token.
//
// Devlin, Chang, Lee and Toutanova, BERT, 2018 (arXiv:1810.04805), section 3.1.
type MaskedLMLoss struct {
	ZLoss float64 // of [CausalLMLoss]
}

// Loss returns the loss of a batch.
func (o MaskedLMLoss) Loss(logits, labels *tensor.Tensor) Loss {
	return nextTokens("MaskedLM", logits, labels, o.ZLoss)
}

// NextSentence trains a model to tell whether the second of two sentences follows the first. Its count is the number of pairs.
//
//	logits [n 2], target [n] of integers: 0 if it follows, 1 if not
//	sum = −Σ ln softmax(z)[target]
//
// text.SentencePairs makes the pairs. BERT adds it to the masked language model's loss, mean to mean: [Loss.With]. With
// sentences in the wrong order as the second class it is ALBERT's sentence-order prediction. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, or a target is neither 0 nor 1.
//
// Devlin, Chang, Lee and Toutanova, BERT, 2018 (arXiv:1810.04805), section 3.1; Lan and others, ALBERT, 2019
// (arXiv:1909.11942), section 3.1.
func NextSentence(logits, target *tensor.Tensor) Loss {
	const name = "NextSentence"
	tokens(name, logits, target)
	if logits.Dim(-1) != 2 {
		panic(tensor.Errorf(name, "logits of shape %v; want two for each pair", logits))
	}
	return CrossEntropy(logits, target)
}
