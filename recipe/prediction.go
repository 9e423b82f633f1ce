package recipe

import "encoding/json"

// MarshalJSON leaves the value out where there is none: of texts, of what is found, and of what is made.
func (p Prediction) MarshalJSON() ([]byte, error) {
	type plain Prediction
	if p.HasValue() {
		return json.Marshal(plain(p))
	}
	return json.Marshal(struct {
		plain
		Value *float64 `json:"value,omitempty"` // in place of the other
	}{plain: plain(p)})
}

// AsAsked takes over from an answer what was asked: the input, and what is right. A drawing that shows how far that answer was
// from right stays behind.
func (p *Prediction) AsAsked(q Prediction) {
	p.Input, p.Want, p.Row, p.Read = q.Input, q.Want, q.Row, q.Read
	if q.Wrong == "" {
		p.Made = q.Made
	}
}

// HasValue reports whether Value is what the model predicts, or a part of it.
func (p Prediction) HasValue() bool {
	return p.Value != 0 || p.Classes != nil || p.Numbers != nil || p.Text == "" && p.Found == nil && len(p.Made) == 0
}
