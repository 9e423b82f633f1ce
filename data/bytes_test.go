package data

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// colours are two examples of two channels of two bytes.
func colours() *Bytes {
	return &Bytes{Data: []uint8{0, 255, 10, 20, 51, 102, 30, 40}, Shape: []int{2, 1, 2}, Labels: []int64{7, 3}}
}

func TestBytesWithoutNormalizationAreShares(t *testing.T) {
	b, err := colours().Batch([]int{1, 0}, 0)
	if err != nil || !slices.Equal(b.X.Shape(), []int{2, 2, 1, 2}) || !slices.Equal(b.Y.Ints(), []int64{3, 7}) {
		t.Fatal(b.X, b.Y, err)
	}
	check.Close(t, "x", b.X.Floats(), []float32{0.2, 0.4, 30. / 255, 40. / 255, 0, 1, 10. / 255, 20. / 255}, 1e-7)
}

func TestNormalize(t *testing.T) {
	s := colours()
	s.Normalize()
	check.Close(t, "mean", s.Mean, []float32{0.4, 25. / 255}, 1e-6)
	deviation := []float32{float32(math.Sqrt((0.16 + 0.36 + 0.04 + 0) / 4)), float32(math.Sqrt(125) / 255)}
	check.Close(t, "deviation", s.Deviation, deviation, 1e-6)
	b, err := s.Batch([]int{0, 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	x := b.X.Transpose(0, 1)
	check.Close(t, "mean of the batch", x.Mean(1, 2, 3).Floats(), []float32{0, 0}, 1e-6)
	check.Close(t, "variance of the batch", x.Variance(1, 2, 3).Floats(), []float32{1, 1}, 1e-5)
}

func TestNormalizeSurvivesConstantsAndNothing(t *testing.T) {
	for _, s := range []*Bytes{
		{Data: []uint8{9, 9, 9}, Shape: []int{1, 3}, Labels: []int64{0}},
		{Shape: []int{1, 3}},
	} {
		if s.Normalize(); s.Deviation[0] != 1 {
			t.Errorf("the deviation is %v", s.Deviation)
		}
	}
}

func TestBytesThatDoNotFitAreRefused(t *testing.T) {
	if err := colours().Check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*Bytes){
		"a byte short":   func(s *Bytes) { s.Data = s.Data[1:] },
		"a label more":   func(s *Bytes) { s.Labels = append(s.Labels, 0) },
		"an empty shape": func(s *Bytes) { s.Shape = []int{0, 1} },
		"means":          func(s *Bytes) { s.Mean = []float32{0} },
		"deviations":     func(s *Bytes) { s.Deviation = []float32{1, 1, 1} },
	} {
		s := colours()
		if spoil(s); s.Check() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
