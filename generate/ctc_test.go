package generate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// spelled returns the probability of every sequence of labels, over all paths.
func spelled(logits *tensor.Tensor, blank int) map[string]float64 {
	t, c := logits.Dim(0), logits.Dim(1)
	p := tensor.Values[float64](op.Softmax(logits, -1))
	all := map[string]float64{}
	path := make([]int, t)
	for {
		likely, last := 1.0, blank
		var labels []int64
		for i, k := range path {
			likely *= p[i*c+k]
			if k != last && k != blank {
				labels = append(labels, int64(k))
			}
			last = k
		}
		all[fmt.Sprint(labels)] += likely
		i := 0
		for ; i < t; i++ {
			if path[i]++; path[i] < c {
				break
			}
			path[i] = 0
		}
		if i == t {
			return all
		}
	}
}

// A search that may keep every beginning finds all sequences with the probabilities of all their paths, the likeliest first; one beam is
// the likeliest path.
func TestCTCAgainstAllPaths(t *testing.T) {
	for _, blank := range []int{0, 2} {
		z := check.Formula(uint64(3+blank), 0, 3, 5, 3)
		want := spelled(z, blank)
		got := CTC{Blank: blank, Beams: 1000}.Read(z)
		found, last := 0, math.Inf(1)
		for _, b := range got {
			if p := want[fmt.Sprint(b.Tokens)]; math.Abs(math.Exp(b.Score)-p) > 1e-6 {
				t.Errorf("%v has the probability %v, want %v", b.Tokens, math.Exp(b.Score), p)
			} else if p > 0 {
				found++
			}
			if b.Score > last {
				t.Errorf("%v comes after a less likely one", b.Tokens)
			}
			last = b.Score
		}
		if found != len(want) {
			t.Errorf("%d sequences found of %d", found, len(want))
		}
		few := CTC{Blank: blank, Beams: 8}.Read(z)
		if !slices.Equal(few[0].Tokens, got[0].Tokens) || len(few) != 8 {
			t.Errorf("eight beams find %v, all find %v", few[0].Tokens, got[0].Tokens)
		}
	}
}

// The likeliest path need not spell the likeliest labels.
func TestCTCBeamsBeatThePath(t *testing.T) {
	z := tensor.Of([]float32{0.6, 0.4, 0.6, 0.4}, 2, 2).Log() // a blank twice: 0.36, label 1 over three paths: 0.64
	path, beam := CTC{}.Read(z)[0], CTC{Beams: 2}.Read(z)[0]
	if len(path.Tokens) != 0 || math.Abs(path.Score-math.Log(0.36)) > 1e-6 {
		t.Errorf("the path is %v with %v", path.Tokens, math.Exp(path.Score))
	}
	if !slices.Equal(beam.Tokens, []int64{1}) || math.Abs(beam.Score-math.Log(0.64)) > 1e-6 {
		t.Errorf("the beam is %v with %v", beam.Tokens, math.Exp(beam.Score))
	}
	again := CTC{}.Read(tensor.Of([]float32{0, 9, 0, 9, 9, 0, 0, 9, 0, 9}, 5, 2))[0]
	if !slices.Equal(again.Tokens, []int64{1, 1}) {
		t.Errorf("a label, a blank and the label again are %v", again.Tokens)
	}
	err := tensor.Catch(func() { CTC{Blank: 2}.Read(z) })
	if err == nil || !strings.Contains(err.Error(), "the blank 2") {
		t.Error(err)
	}
}
