package train

import (
	"encoding/json"
	"fmt"
	"math"
)

// Values are a run's numbers by name: "loss", "accuracy". In JSON they are [Number]s.
type Values map[string]float64

// A Number is a float64 that JSON can hold whatever it is: NaN and the infinities are the words "NaN", "+Inf" and "-Inf".
// A metric is NaN if nothing that it counts was there, such as a class.
type Number float64

var words = map[string]float64{"NaN": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1)}

// MarshalJSON returns the number, or the word for it.
func (n Number) MarshalJSON() ([]byte, error) {
	if x := float64(n); x-x != 0 {
		return fmt.Appendf(nil, "\"%g\"", x), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads a number or such a word.
func (n *Number) UnmarshalJSON(text []byte) error {
	var word string
	if json.Unmarshal(text, &word) != nil {
		return json.Unmarshal(text, (*float64)(n))
	}
	x, ok := words[word]
	if !ok {
		return fmt.Errorf("%q is no number", word)
	}
	*n = Number(x)
	return nil
}

// MarshalJSON returns the values as numbers or words.
func (v Values) MarshalJSON() ([]byte, error) {
	numbers := make(map[string]Number, len(v))
	for name, x := range v {
		numbers[name] = Number(x)
	}
	return json.Marshal(numbers)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Values) UnmarshalJSON(text []byte) error {
	var numbers map[string]Number
	if err := json.Unmarshal(text, &numbers); err != nil {
		return err
	}
	*v = make(Values, len(numbers))
	for name, x := range numbers {
		(*v)[name] = float64(x)
	}
	return nil
}

// finite returns v without what is no finite number.
func (v Values) finite() Values {
	out := make(Values, len(v))
	for name, x := range v {
		if x-x == 0 {
			out[name] = x
		}
	}
	return out
}
