package model_test

import (
	"testing"

	"github.com/jimu-ml/jimu/model"
)

func TestDropoutApart(t *testing.T) {
	for _, c := range []struct{ own, whole, want float64 }{{0, 0.1, 0.1}, {-1, 0.1, 0}, {0.2, 0.1, 0.2}, {0, 0, 0}, {0.2, 0, 0.2}} {
		rate := model.Dropout(c.own, c.whole)
		if rate != c.want {
			t.Errorf("%v beside %v drops %v, want %v", c.own, c.whole, rate, c.want)
		}
		if again := model.Dropout(model.OwnDropout(rate, c.whole), c.whole); again != rate {
			t.Errorf("%v beside %v is told as what drops %v", rate, c.whole, again)
		}
	}
}
