package train

import (
	"encoding/json"
	"math"
	"testing"
)

// Whatever a metric comes to, it is read as it was written.
func TestValuesAsJSON(t *testing.T) {
	v := Values{"a": 0.1, "b": math.NaN(), "c": math.Inf(1), "d": math.Inf(-1), "e": math.Copysign(0, -1), "f": math.SmallestNonzeroFloat64}
	text, err := json.Marshal(struct{ V Values }{v})
	if err != nil {
		t.Fatal(err)
	}
	var again struct{ V Values }
	if err := json.Unmarshal(text, &again); err != nil || len(again.V) != len(v) {
		t.Fatalf("%s: %v, %v", text, again, err)
	}
	for name, x := range v {
		if y := again.V[name]; math.Float64bits(x) != math.Float64bits(y) && !(math.IsNaN(x) && math.IsNaN(y)) {
			t.Errorf("%s: %v became %v", name, x, y)
		}
	}
	if err := json.Unmarshal([]byte(`{"V": {"a": "many"}}`), &again); err == nil {
		t.Error("a word is read as a number")
	}
}
