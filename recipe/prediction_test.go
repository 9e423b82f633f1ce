package recipe

import (
	"encoding/json"
	"strings"
	"testing"
)

// A prediction has a value in JSON if a number is what is predicted, be it 0, and none otherwise.
func TestPredictionsAsJSON(t *testing.T) {
	for _, c := range []struct {
		p    Prediction
		want bool
	}{
		{Prediction{Value: 0}, true},
		{Prediction{Value: 2.5, Made: []Made{{"chart.svg", nil}}}, true},
		{Prediction{Value: 0, Numbers: []float64{0, 1}, Text: "0 1"}, true},
		{Prediction{Value: 0.5, Classes: []Score{{"cat", 0.5}}}, true},
		{Prediction{Text: "To be"}, false},
		{Prediction{Made: []Made{{"melody.mid", nil}}}, false},
		{Prediction{Found: []Found{}}, false},
	} {
		text, err := json.Marshal(c.p)
		if err != nil || strings.Contains(string(text), `"value":`) != c.want || !strings.HasPrefix(string(text), `{"input":""`) {
			t.Errorf("%+v becomes %s; %v", c.p, text, err)
		}
	}
}
