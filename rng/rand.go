package rng

// Rand hands out keys one after another: what a constructor draws the keys of its layers' first weights from. It is
// the one thing here with state, and whoever makes it owns it.
type Rand struct {
	key Key
	n   uint64
}

// New returns a Rand from a seed. The same seed gives the same keys in the same order.
func New(seed uint64) *Rand { return &Rand{key: KeyOf(seed)} }

// Next returns a key that was not handed out before. A nil Rand draws nothing: it returns [Nothing].
func (r *Rand) Next() Key {
	if r == nil {
		return Nothing
	}
	r.n++
	return r.key.At(r.n)
}
