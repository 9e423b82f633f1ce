package gguf

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// appendValue appends the type and the value of a text of the metadata.
func appendValue(b []byte, key, s string) []byte {
	o := binary.LittleEndian
	switch v := typed(key, s).(type) {
	case bool:
		return append(o.AppendUint32(b, typeBool), byteOf(v))
	case uint32:
		return o.AppendUint32(o.AppendUint32(b, typeUint32), v)
	case int32:
		return o.AppendUint32(o.AppendUint32(b, typeInt32), uint32(v))
	case uint64:
		return o.AppendUint64(o.AppendUint32(b, typeUint64), v)
	case int64:
		return o.AppendUint64(o.AppendUint32(b, typeInt64), uint64(v))
	case float32:
		return o.AppendUint32(o.AppendUint32(b, typeFloat32), math.Float32bits(v))
	case []string:
		return appendArray(b, typeString, v, appendText)
	case []bool:
		return appendArray(b, typeBool, v, func(b []byte, v bool) []byte { return append(b, byteOf(v)) })
	case []int32:
		return appendArray(b, typeInt32, v, func(b []byte, v int32) []byte { return o.AppendUint32(b, uint32(v)) })
	case []float32:
		return appendArray(b, typeFloat32, v, func(b []byte, v float32) []byte { return o.AppendUint32(b, math.Float32bits(v)) })
	}
	return appendText(o.AppendUint32(b, typeString), s)
}

func appendArray[T any](b []byte, kind uint32, all []T, one func([]byte, T) []byte) []byte {
	o := binary.LittleEndian
	b = o.AppendUint64(o.AppendUint32(o.AppendUint32(b, typeArray), kind), uint64(len(all)))
	for _, v := range all {
		b = one(b, v)
	}
	return b
}

func byteOf(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// countsUnderGeneral are the keys under general whose values are numbers.
var countsUnderGeneral = []string{"general.file_type", "general.quantization_version", "general.parameter_count"}

// typed returns what a text reads as: a bool, a number, of uint32 and float32 if it fits, a slice, or else itself.
func typed(key, s string) any {
	if strings.HasPrefix(key, "general.") && !slices.Contains(countsUnderGeneral, key) {
		return s
	}
	if s == "true" || s == "false" {
		return s == "true"
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		if n <= math.MaxUint32 {
			return uint32(n)
		}
		return n
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n >= math.MinInt32 {
			return int32(n)
		}
		return n
	}
	if v, err := strconv.ParseFloat(s, 32); err == nil && strings.ContainsAny(s, ".eIN") {
		return float32(v)
	}
	return array(s)
}

// array returns the slice that a JSON array of texts, bools or numbers stands for, or the text itself.
func array(s string) any {
	if !strings.HasPrefix(s, "[") {
		return s
	}
	var texts []string
	if json.Unmarshal([]byte(s), &texts) == nil && len(texts) > 0 {
		return texts
	}
	var bools []bool
	if json.Unmarshal([]byte(s), &bools) == nil && len(bools) > 0 {
		return bools
	}
	var ints []int32
	if json.Unmarshal([]byte(s), &ints) == nil && len(ints) > 0 {
		return ints
	}
	var floats []float32
	if json.Unmarshal([]byte(s), &floats) == nil && len(floats) > 0 {
		return floats
	}
	return s
}
