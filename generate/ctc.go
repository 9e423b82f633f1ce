package generate

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// CTC reads labels off the predictions of a network that was trained with objective.CTCLoss: at each step a class, one of which
// stands for no label.
//
// With one beam it takes the likeliest class of each step, makes repeated ones one and takes the blanks out. With more it searches
// for the likeliest sequences of labels, each over all the paths that spell it, and keeps that many beginnings at every step.
//
// Graves, Fernández, Gomez and Schmidhuber, Connectionist Temporal Classification, 2006, section 3.2; Hannun, Maas, Jurafsky and
// Ng, First-Pass Large Vocabulary Continuous Speech Recognition using Bi-Directional Recurrent DNNs, 2014, algorithm 1, without
// a language model.
type CTC struct {
	Blank int // the class that stands for no label
	Beams int // 1 if 0
}

// Read returns what logits [t c] of one sequence say, the likeliest first. The score is the logarithm of the probability: with one
// beam that of the path, otherwise that of all paths found. It panics with a [tensor.Error] if the shape does not fit.
func (o CTC) Read(logits *tensor.Tensor) []Beam {
	if logits.Rank() != 2 || o.Blank < 0 || o.Blank >= logits.Dim(1) {
		panic(tensor.Errorf("CTC", "logits of shape %v with the blank %d; want [t c]", logits, o.Blank))
	}
	c := logits.Dim(1)
	z := tensor.Values[float64](op.LogSoftmax(logits, -1))
	if o.Beams <= 1 {
		return []Beam{o.path(z, c)}
	}
	beams := []prefix{{blank: 0, label: math.Inf(-1)}}
	for ; len(z) > 0; z = z[c:] {
		beams = o.step(beams, z[:c])
	}
	all := make([]Beam, len(beams))
	for i, p := range beams {
		all[i] = Beam{p.labels, p.total()}
	}
	return all
}

// path returns what the likeliest class of each step spells.
func (o CTC) path(z []float64, c int) Beam {
	b, last := Beam{}, o.Blank
	for ; len(z) > 0; z = z[c:] {
		k := 0
		for i, v := range z[:c] {
			if v > z[k] {
				k = i
			}
		}
		b.Score += z[k]
		if k != last && k != o.Blank {
			b.Tokens = append(b.Tokens, int64(k))
		}
		last = k
	}
	return b
}

// A prefix is a beginning with the logarithms of the probabilities of the paths that spell it: those that end with a blank, and those
// that end with its last label.
type prefix struct {
	labels       []int64
	blank, label float64
}

func (p prefix) total() float64 { return logSum(p.blank, p.label) }

// step returns the likeliest beginnings after one more step.
func (o CTC) step(beams []prefix, z []float64) []prefix {
	var next []prefix
	at := map[string]int{}
	of := func(labels []int64) *prefix {
		key := make([]byte, 0, 4*len(labels))
		for _, k := range labels {
			key = append(key, byte(k), byte(k>>8), byte(k>>16), byte(k>>24))
		}
		i, ok := at[string(key)]
		if !ok {
			i = len(next)
			at[string(key)] = i
			next = append(next, prefix{labels, math.Inf(-1), math.Inf(-1)})
		}
		return &next[i]
	}
	for _, p := range beams {
		same := of(p.labels)
		same.blank = logSum(same.blank, p.total()+z[o.Blank])
		for k, v := range z {
			if k == o.Blank {
				continue
			}
			from := p.total()
			if n := len(p.labels); n > 0 && p.labels[n-1] == int64(k) {
				same := of(p.labels)
				same.label = logSum(same.label, p.label+v)
				from = p.blank // the same label again needs a blank in between
			}
			longer := of(append(p.labels[:len(p.labels):len(p.labels)], int64(k)))
			longer.label = logSum(longer.label, from+v)
		}
	}
	slices.SortStableFunc(next, func(a, b prefix) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), slices.Compare(a.labels, b.labels))
	})
	return next[:min(o.Beams, len(next))]
}

// logSum returns the logarithm of the sum of what a and b are logarithms of.
func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
