package onnx

import (
	"fmt"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/wire"
)

// The kinds of values that sequences and optionals hold.
const (
	DataTensor       = 1
	DataSparseTensor = 2
	DataSequence     = 3
	DataMap          = 4
	DataOptional     = 5
)

// A Sequence is a list of values of one kind: SequenceProto.
type Sequence struct {
	Name      string          `wire:"1"`
	Elem      int32           `wire:"2"`
	Tensors   []*Tensor       `wire:"3"`
	Sparse    []*SparseTensor `wire:"4"`
	Sequences []*Sequence     `wire:"5"`
	Maps      []*Map          `wire:"6"`
	Optionals []*Optional     `wire:"7"`
}

// A Map goes from keys to values in their order: MapProto.
type Map struct {
	Name       string    `wire:"1"`
	Key        DataType  `wire:"2"`
	Keys       []int64   `wire:"3"`
	StringKeys [][]byte  `wire:"4"`
	Values     *Sequence `wire:"5"`
}

// An Optional is a value, or none: OptionalProto. It has none if Elem is 0, or nothing of that kind is set.
type Optional struct {
	Name     string        `wire:"1"`
	Elem     int32         `wire:"2"`
	Tensor   *Tensor       `wire:"3"`
	Sparse   *SparseTensor `wire:"4"`
	Sequence *Sequence     `wire:"5"`
	Map      *Map          `wire:"6"`
	Optional *Optional     `wire:"7"`
}

// UnmarshalSequence reads one sequence from memory.
func UnmarshalSequence(data []byte) (*Sequence, error) {
	s := new(Sequence)
	return s, unmarshalData(data, s, "sequence")
}

// UnmarshalOptional reads one optional from memory.
func UnmarshalOptional(data []byte) (*Optional, error) {
	o := new(Optional)
	return o, unmarshalData(data, o, "optional")
}

// UnmarshalMap reads one map from memory.
func UnmarshalMap(data []byte) (*Map, error) {
	m := new(Map)
	return m, unmarshalData(data, m, "map")
}

func unmarshalData(data []byte, v any, what string) error {
	if err := wire.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w of an ONNX %s: %w", format.ErrFormat, what, err)
	}
	return nil
}
