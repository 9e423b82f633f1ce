package gguf

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

// The types of metadata by their numbers in a file.
const (
	typeUint8 uint32 = iota
	typeInt8
	typeUint16
	typeInt16
	typeUint32
	typeInt32
	typeFloat32
	typeBool
	typeString
	typeArray
	typeUint64
	typeInt64
	typeFloat64
)

// widths are the bytes of one value; 0 for what has none of its own.
var widths = [...]uint64{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8}

// maxDepth is how deep arrays may lie inside arrays. There is no use for two.
const maxDepth = 4

// A value is where a value lies in the file.
type value struct {
	kind    uint32
	at, end int64
}

// skipValue steps over a value, having checked that all of it is there.
func skipValue(c *cursor, kind uint32, depth int) error {
	switch {
	case kind >= uint32(len(widths)):
		return fmt.Errorf("%w of GGUF: metadata of type %d at byte %d", format.ErrFormat, kind, c.at)
	case kind == typeString:
		n, err := c.uint64()
		if err != nil {
			return err
		}
		return c.skip(n)
	case kind == typeArray:
		return skipArray(c, depth)
	}
	return c.skip(widths[kind])
}

func skipArray(c *cursor, depth int) error {
	kind, n, err := arrayHead(c, depth)
	if err != nil {
		return err
	}
	if width := widths[kind]; width > 0 {
		return c.skip(n * width)
	}
	for range n {
		if err := skipValue(c, kind, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// arrayHead reads the type of the elements of an array, and how many there are; they can all be in the file.
func arrayHead(c *cursor, depth int) (kind uint32, n uint64, err error) {
	if depth >= maxDepth {
		return 0, 0, fmt.Errorf("%w of GGUF: arrays inside arrays at byte %d, more than %d", format.ErrFormat, c.at, maxDepth)
	}
	if kind, err = c.uint32(); err != nil {
		return 0, 0, err
	}
	if kind >= uint32(len(widths)) {
		return 0, 0, fmt.Errorf("%w of GGUF: an array of type %d at byte %d", format.ErrFormat, kind, c.at)
	}
	least := widths[kind]
	switch kind {
	case typeString:
		least = 8
	case typeArray:
		least = 12
	}
	n, err = c.count("elements of an array", least, math.MaxInt64)
	return kind, n, err
}

// decode reads a value as the Go type it has: uint8 to float64, bool, string, or a slice of them; arrays of arrays as []any.
func decode(c *cursor, kind uint32) (any, error) {
	switch kind {
	case typeString:
		return c.text(math.MaxInt64)
	case typeArray:
		return decodeArray(c)
	}
	b, err := c.need(int(widths[kind]))
	if err != nil {
		return nil, err
	}
	return scalar(kind, b)
}

func scalar(kind uint32, b []byte) (any, error) {
	o := binary.LittleEndian
	switch kind {
	case typeUint8:
		return b[0], nil
	case typeInt8:
		return int8(b[0]), nil
	case typeUint16:
		return o.Uint16(b), nil
	case typeInt16:
		return int16(o.Uint16(b)), nil
	case typeUint32:
		return o.Uint32(b), nil
	case typeInt32:
		return int32(o.Uint32(b)), nil
	case typeFloat32:
		return float(b), nil
	case typeBool:
		if b[0] > 1 {
			return nil, fmt.Errorf("%w of GGUF: the byte %d is no bool", format.ErrFormat, b[0])
		}
		return b[0] == 1, nil
	case typeUint64:
		return o.Uint64(b), nil
	case typeInt64:
		return int64(o.Uint64(b)), nil
	}
	return math.Float64frombits(o.Uint64(b)), nil
}

func decodeArray(c *cursor) (any, error) {
	kind, n, err := arrayHead(c, 0)
	if err != nil {
		return nil, err
	}
	switch kind {
	case typeUint8:
		return sliceOf[uint8](c, kind, n)
	case typeInt8:
		return sliceOf[int8](c, kind, n)
	case typeUint16:
		return sliceOf[uint16](c, kind, n)
	case typeInt16:
		return sliceOf[int16](c, kind, n)
	case typeUint32:
		return sliceOf[uint32](c, kind, n)
	case typeInt32:
		return sliceOf[int32](c, kind, n)
	case typeFloat32:
		return sliceOf[float32](c, kind, n)
	case typeBool:
		return sliceOf[bool](c, kind, n)
	case typeString:
		return sliceOf[string](c, kind, n)
	case typeUint64:
		return sliceOf[uint64](c, kind, n)
	case typeInt64:
		return sliceOf[int64](c, kind, n)
	case typeFloat64:
		return sliceOf[float64](c, kind, n)
	}
	return sliceOf[any](c, kind, n)
}

// sliceOf decodes n values, which have been found in the file.
func sliceOf[T any](c *cursor, kind uint32, n uint64) ([]T, error) {
	out := make([]T, n)
	for i := range out {
		v, err := decode(c, kind)
		if err != nil {
			return nil, err
		}
		out[i] = v.(T)
	}
	return out, nil
}

// text writes a value for [File.Metadata]: floating-point numbers with a point or an exponent, arrays as JSON.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float32:
		return pointed(strconv.FormatFloat(float64(v), 'g', -1, 32))
	case float64:
		return pointed(strconv.FormatFloat(v, 'g', -1, 64))
	case []float32:
		return listed(v)
	case []float64:
		return listed(v)
	case []uint8: // which JSON would write in base 64
		all := make([]int, len(v))
		for i, b := range v {
			all[i] = int(b)
		}
		return text(all)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func listed[T float32 | float64](x []T) string {
	parts := make([]string, len(x))
	for i, v := range x {
		parts[i] = text(v)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func pointed(s string) string {
	if strings.ContainsAny(s, ".eIN") {
		return s
	}
	return s + ".0"
}
