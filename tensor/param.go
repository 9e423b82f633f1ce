package tensor

// A Param is the cell that holds a learned tensor: a field of a layer. A layer reads it through the pass, never
// directly, so that one model can serve many passes at once.
//
// It must not be copied, because optimizers and passes know it by its address; go vet reports copies.
type Param struct {
	_ noCopy

	Value  *Tensor
	Frozen bool // left as it is by optimizers
}

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// Named is a parameter with its path in a model, such as "blocks.3.attn.query.weight".
type Named struct {
	Name   string
	Param  *Param
	Buffer bool // carried and saved, but not learned
}
