package sequential

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	"github.com/jimu-ml/jimu/nn"
)

// A row is a kind of layer: how one is made of its hyperparameters, at a place in a network.
type row struct {
	keys []string
	make func(b *builder, keys map[string]json.RawMessage, path string) (nn.Layer, error)
}

// rows are the kinds by name. One line in one of the tables adds one.
var rows = map[string]row{}

func init() { // some rows refer to all
	for _, t := range []map[string]row{
		activations, convolutions, pools, norms, shapes, sequences,
		moreActivations, moreConvolutions, morePools, moreNorms, moreDrops, places, blocks,
	} {
		maps.Copy(rows, t)
	}
}

// plain is the row of a layer that is a struct of hyperparameters.
func plain[L nn.Layer]() row {
	return with(func(_ *builder, l L) (nn.Layer, error) { return l, nil })
}

// with is the row of a layer that a function makes of hyperparameters, the fields of C.
func with[C any](make func(b *builder, c C) (nn.Layer, error)) row {
	return row{keysOf(reflect.TypeFor[C]()), func(b *builder, keys map[string]json.RawMessage, _ string) (nn.Layer, error) {
		var c C
		if err := decode(&c, keys); err != nil {
			return nil, err
		}
		return make(b, c)
	}}
}

// channels returns how many channels come in, for examples [c …] with so many spatial axes.
func (b *builder) channels(axes int) (int, error) {
	if len(b.shape) != axes+1 || b.tokens > 0 {
		return 0, fmt.Errorf("it takes examples of %d axes, channels first, and gets %s", axes+1, b.coming())
	}
	return b.shape[0], nil
}

// width returns the length of the last axis of what comes in.
func (b *builder) width() (int, error) {
	if len(b.shape) == 0 || b.tokens > 0 {
		return 0, fmt.Errorf("it takes numbers and gets %s", b.coming())
	}
	return b.shape[len(b.shape)-1], nil
}

// steps returns the width of what comes in, if that is a sequence [t d].
func (b *builder) steps() (int, error) {
	if len(b.shape) != 2 || b.tokens > 0 {
		return 0, fmt.Errorf("it takes sequences [steps width] and gets %s", b.coming())
	}
	return b.shape[1], nil
}

func (b *builder) coming() string {
	if b.tokens > 0 {
		return fmt.Sprintf("%v tokens; begin with an embedding", b.shape)
	}
	return fmt.Sprint(b.shape)
}

// positive reports a hyperparameter that must be given.
func positive(name string, n int) error {
	if n < 1 {
		return fmt.Errorf("%s is %d; want 1 or more", name, n)
	}
	return nil
}
