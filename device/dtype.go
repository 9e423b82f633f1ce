package device

import "fmt"

// DType is the type of a tensor's elements.
type DType uint8

// The element types. Float16 and BFloat16 are stored in 16 bits and computed in float32.
const (
	Float32 DType = iota
	Float64
	BFloat16
	Float16
	Int64
	Int32
	Uint8
	Bool

	DTypes = iota // how many there are
)

var dtypes = [DTypes]struct {
	name  string
	bytes int
}{
	Float32: {"float32", 4}, Float64: {"float64", 8}, BFloat16: {"bfloat16", 2}, Float16: {"float16", 2},
	Int64: {"int64", 8}, Int32: {"int32", 4}, Uint8: {"uint8", 1}, Bool: {"bool", 1},
}

// String returns the name of t, such as "float32".
func (t DType) String() string {
	if int(t) < len(dtypes) {
		return dtypes[t].name
	}
	return fmt.Sprintf("DType(%d)", uint8(t))
}

// Bytes returns the size of one element in bytes.
func (t DType) Bytes() int { return dtypes[t].bytes }

// IsFloat reports whether t is a floating-point type: whether its tensors can have gradients.
func (t DType) IsFloat() bool { return t <= Float16 }

// ParseDType returns the type of that name.
func ParseDType(name string) (DType, error) {
	for t, d := range dtypes {
		if d.name == name {
			return DType(t), nil
		}
	}
	return 0, fmt.Errorf("no element type %q", name)
}
