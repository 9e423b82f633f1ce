package hdf5

import (
	"fmt"
	"math"
)

// A Class says what the elements of a dataset are.
type Class int

// The classes that are read.
const (
	Integer   Class = iota
	Float           // IEEE, of 2, 4 or 8 bytes
	String          // of a fixed number of bytes, padded
	VarString       // of any length, each elsewhere in the file
	Bool            // an enumeration of FALSE and TRUE, as one byte
	Enum            // any other enumeration: integers
)

// A Type is the type of the elements of a dataset or an attribute.
type Type struct {
	Class     Class
	Size      int // bytes of one in the file
	BigEndian bool
	Signed    bool // of integers and enumerations
	UTF8      bool // of strings
}

// String returns the type as messages say it: float32, uint8, string of 5 bytes.
func (t Type) String() string {
	switch t.Class {
	case Integer, Enum:
		s := fmt.Sprintf("int%d", 8*t.Size)
		if !t.Signed {
			s = "u" + s
		}
		if t.Class == Enum {
			return "enum of " + s
		}
		return s
	case Float:
		return fmt.Sprintf("float%d", 8*t.Size)
	case Bool:
		return "bool"
	case String:
		return fmt.Sprintf("string of %d bytes", t.Size)
	}
	return "string"
}

// classNames are those of the format, for messages.
var classNames = [...]string{"integer", "float", "time", "string", "bit field", "opaque", "compound", "reference", "enumeration", "variable length", "array", "complex"}

// datatype reads a description of a type.
func datatype(c *cursor) (Type, error) { return datatypeAt(c, 0) }

func datatypeAt(c *cursor, depth int) (Type, error) {
	head, bits, size := c.u8(), c.uint(3), c.u32()
	if err := c.err("datatype"); err != nil {
		return Type{}, err
	}
	class, version := head&15, head>>4
	if size == 0 || size > math.MaxInt32 || version == 0 || depth > 4 {
		return Type{}, fmt.Errorf("%w: at byte %d a datatype of version %d and %d bytes", ErrFormat, c.where, version, size)
	}
	t := Type{Size: int(size), BigEndian: bits&1 != 0}
	switch class {
	case 0:
		t.Signed = bits&8 != 0
		shift, precision := c.u16(), c.u16()
		if shift != 0 || int(precision) != 8*t.Size || t.Size > 8 || t.Size&(t.Size-1) != 0 {
			return t, unread(c, fmt.Sprintf("integers of %d bits in %d bytes", precision, size))
		}
	case 1:
		return float(c, t, bits)
	case 3:
		t.Class, t.BigEndian, t.UTF8 = String, false, bits>>4&15 == 1
	case 8:
		return enumeration(c, t, int(bits&0xffff), version, depth)
	case 9:
		if bits&15 != 1 {
			return t, unread(c, "sequences of variable length")
		}
		t.Class, t.BigEndian, t.UTF8 = VarString, false, bits>>8&15 == 1
		if t.Size != 8+c.f.offset {
			return t, unread(c, fmt.Sprintf("references to strings of %d bytes", size))
		}
	default:
		name := fmt.Sprintf("class %d", class)
		if int(class) < len(classNames) {
			name = classNames[class]
		}
		return t, unread(c, "elements of the class "+name)
	}
	return t, c.err("datatype")
}

func unread(c *cursor, what string) error {
	return fmt.Errorf("%w: at byte %d are %s, which are not read", ErrFormat, c.where, what)
}

// float reads where sign, exponent and fraction lie, and takes only the IEEE formats.
func float(c *cursor, t Type, bits uint64) (Type, error) {
	t.Class = Float
	shift, precision := c.u16(), c.u16()
	exponent, exponentBits := c.u8(), c.u8()
	fraction, fractionBits := c.u8(), c.u8()
	bias, sign := c.u32(), bits>>8&0xff
	want := map[int][2]uint32{2: {10, 15}, 4: {23, 127}, 8: {52, 1023}}[t.Size]
	n := uint32(fractionBits)
	if shift != 0 || int(precision) != 8*t.Size || fraction != 0 || uint32(exponent) != n || int(exponentBits)+int(n)+1 != 8*t.Size ||
		n != want[0] || bias != want[1] || int(sign) != 8*t.Size-1 || bits&0x40 != 0 {
		return t, unread(c, fmt.Sprintf("floats of %d bytes with a fraction of %d bits", t.Size, n))
	}
	return t, c.err("datatype")
}

// enumeration reads names and values; the one that NumPy's bool becomes is told from others by its names.
func enumeration(c *cursor, t Type, members int, version byte, depth int) (Type, error) {
	of, err := datatypeAt(c, depth+1)
	if err != nil {
		return t, err
	}
	if of.Class != Integer || of.Size != t.Size {
		return t, unread(c, "enumerations of "+of.String())
	}
	t = of
	t.Class = Enum
	var names []string
	for range members {
		at := c.at
		names = append(names, c.name())
		if version < 3 {
			c.skip((8 - (c.at-at)%8) % 8)
		}
		if err := c.err("enumeration"); err != nil {
			return t, err
		}
	}
	values := c.take(members * t.Size)
	if t.Size == 1 && members == 2 && len(values) == 2 && names[0] == "FALSE" && names[1] == "TRUE" && values[0] == 0 && values[1] == 1 {
		t.Class = Bool
	}
	return t, c.err("enumeration")
}

// dataspace reads a shape and how far it may grow; null says that there is nothing at all.
func dataspace(c *cursor) (shape, most []int64, null bool, err error) {
	version, rank, flags := c.u8(), int(c.u8()), c.u8()
	switch version {
	case 1:
		c.skip(5)
	case 2:
		null = c.u8() == 2
	default:
		return nil, nil, false, fmt.Errorf("%w: at byte %d a dataspace of version %d", ErrFormat, c.where, version)
	}
	if rank > 32 {
		return nil, nil, false, fmt.Errorf("%w: at byte %d a dataspace of %d axes", ErrFormat, c.where, rank)
	}
	read := func() (v []int64) {
		for range rank {
			n := c.length()
			if n == 1<<(8*c.f.length)-1 || n > math.MaxInt64 {
				n = math.MaxInt64 // without limit
			}
			v = append(v, int64(n))
		}
		return v
	}
	shape = read()
	most = shape
	if flags&1 != 0 {
		most = read()
	}
	for i, n := range shape {
		if n == math.MaxInt64 || n > most[i] {
			return nil, nil, false, fmt.Errorf("%w: at byte %d a shape of %d", ErrFormat, c.where, shape)
		}
	}
	return shape, most, null, c.err("dataspace")
}

// count returns how many elements a shape has; the error is that they are too many to count.
func count(shape []int64) (int64, error) {
	n := int64(1)
	for _, d := range shape {
		if d > 0 && n > math.MaxInt64/64/d {
			return 0, fmt.Errorf("%w: a shape of %d", ErrFormat, shape)
		}
		n *= d
	}
	return n, nil
}
