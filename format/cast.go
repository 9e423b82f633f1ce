package format

import (
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Cast returns the type that a [WriteConfig]'s Type gives elements of type t: floating-point numbers get it, all else stays.
func Cast(t device.DType, name string) (device.DType, error) {
	var to device.DType
	switch name {
	case "":
		return t, nil
	case "f64", "float64", "F64":
		to = device.Float64
	case "f32", "float32", "F32":
		to = device.Float32
	case "f16", "float16", "F16":
		to = device.Float16
	case "bf16", "bfloat16", "BF16":
		to = device.BFloat16
	default:
		return t, fmt.Errorf("elements cannot be written as %q in this format; it has f32, f16, bf16 and f64", name)
	}
	if !t.IsFloat() {
		return t, nil
	}
	return to, nil
}

// Converted returns f with its floating-point numbers as a [WriteConfig] wants them, and its metadata: what a writer has to
// write. They are converted one after another, when they are asked for.
func Converted(f File, c WriteConfig) (File, error) {
	v := converted{File: f, c: c, to: map[string]device.DType{}}
	for _, e := range f.Entries() {
		to, err := Cast(e.DType, c.Type)
		if err != nil {
			return nil, err
		}
		n := int64(to.Bytes())
		for _, d := range e.Shape {
			n *= int64(d)
		}
		e.Type, e.DType, e.Bytes = to.String(), to, n
		v.entries, v.to[e.Name] = append(v.entries, e), to
	}
	return v, nil
}

type converted struct {
	File
	c       WriteConfig
	entries []Entry
	to      map[string]device.DType
}

// Entries returns the tensors as they will be written.
func (v converted) Entries() []Entry { return v.entries }

// Metadata returns those of the configuration or, if it has none, of the file.
func (v converted) Metadata() map[string]string {
	if v.c.Metadata != nil {
		return v.c.Metadata
	}
	return v.File.Metadata()
}

// Tensor reads one and converts it.
func (v converted) Tensor(name string) (*tensor.Tensor, error) {
	x, err := v.File.Tensor(name)
	if err != nil {
		return nil, err
	}
	return x.Detach().Cast(v.to[name]), nil
}
