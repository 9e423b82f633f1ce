package train

import (
	"strings"
	"testing"
)

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		loss, val []float64
		want      string
	}{
		{[]float64{3}, nil, "too short to tell: a verdict needs 3 epochs, and there is 1"},
		{[]float64{3, 2}, []float64{3, 2}, "too short to tell: a verdict needs 3 epochs, and there are 2"},
		{[]float64{2, 1.5, 1.2, 1.05, 1.01, 1.0, 1.0, 1.0}, []float64{2.1, 1.6, 1.4, 1.3, 1.26, 1.255, 1.252, 1.25}, "converged: val_loss has hardly"},
		{[]float64{2, 1.8, 1.6, 1.4, 1.2, 1.0, 0.8, 0.6}, []float64{2, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3}, "still improving: val_loss fell from 1.5 to 1.3 in the last 2"},
		{[]float64{2, 1.8, 1.6, 1.4, 1.2, 1.0}, nil, "still improving: loss fell"},
		{[]float64{2, 1.5, 1, 0.7, 0.4, 0.2}, []float64{2, 1.6, 1.4, 1.45, 1.6, 1.8}, "overfitting since epoch 3: val_loss rose from 1.4 to 1.8, while the loss fell from 1 to 0.2"},
		{[]float64{2, 1.5, 1, 3, 8, 20}, []float64{2, 1.6, 1.2, 4, 9, 22}, "diverged since epoch 3: the loss was 2"},
		{[]float64{-1, -2, -3, -3, -3, -3, -3, -3}, nil, "converged"}, // a loss may be below 0
	} {
		h := History{}
		for i, l := range c.loss {
			v := Values{"loss": l}
			if c.val != nil {
				v["val_loss"] = c.val[i]
			}
			h.Epochs = append(h.Epochs, EpochValues{Epoch: i + 1, Values: v})
		}
		if got := h.Verdict().String(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%v, %v: %s; want %s", c.loss, c.val, got, c.want)
		}
	}
}
