package train

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedSum returns the checksum as TFRecord files store it.
func maskedSum(b []byte) uint32 {
	c := crc32.Checksum(b, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// frame frames one event.
func frame(event []byte) []byte {
	b := make([]byte, 12, 16+len(event))
	binary.LittleEndian.PutUint64(b, uint64(len(event)))
	binary.LittleEndian.PutUint32(b[8:], maskedSum(b[:8]))
	b = append(b, event...)
	return binary.LittleEndian.AppendUint32(b, maskedSum(event))
}

// The wire format of protobuf: a key is the field's number and its kind.
const (
	varint   = 0
	fixed64  = 1
	lengthed = 2
	fixed32  = 5
)

func wireKey(b []byte, field, kind int) []byte {
	return binary.AppendUvarint(b, uint64(field<<3|kind))
}

func wireBytes(b []byte, field int, v []byte) []byte {
	b = binary.AppendUvarint(wireKey(b, field, lengthed), uint64(len(v)))
	return append(b, v...)
}

func wireString(b []byte, field int, v string) []byte { return wireBytes(b, field, []byte(v)) }

func wireInt(b []byte, field int, v int64) []byte {
	return binary.AppendUvarint(wireKey(b, field, varint), uint64(v))
}

func wireDouble(b []byte, field int, v float64) []byte {
	return binary.LittleEndian.AppendUint64(wireKey(b, field, fixed64), math.Float64bits(v))
}

func wireFloat(b []byte, field int, v float32) []byte {
	return binary.LittleEndian.AppendUint32(wireKey(b, field, fixed32), math.Float32bits(v))
}

func wireDoubles(b []byte, field int, v []float64) []byte {
	packed := make([]byte, 0, 8*len(v))
	for _, x := range v {
		packed = binary.LittleEndian.AppendUint64(packed, math.Float64bits(x))
	}
	return wireBytes(b, field, packed)
}

// wireEvent returns an Event: wall_time 1, step 2, and what fill adds.
func wireEvent(wall float64, step int64, fill func(b []byte) []byte) []byte {
	return fill(wireInt(wireDouble(nil, 1, wall), 2, step))
}

// wireSummary wraps one Summary.Value: summary 5 of the event, value 1 of the summary, tag 1 of the value.
func wireSummary(b []byte, tag string, fill func(v []byte) []byte) []byte {
	v := fill(wireString(nil, 1, tag))
	return wireBytes(b, 5, wireBytes(nil, 1, v))
}
