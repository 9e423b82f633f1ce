package hdf5

// header returns the object header of a node, with addresses as far as they are known.
func (o *writer) header(n *Node) []byte {
	var b []byte
	add := func(kind byte, data []byte) {
		b = append(b, kind)
		b = le.AppendUint16(b, uint16(len(data)))
		b = append(b, 0)
		b = append(b, data...)
	}
	if d := n.Data; d != nil {
		add(messageDataspace, space(d.Shape))
		add(messageDatatype, d.Type.encode())
		add(messageFill, []byte{3, 0x0a})
		where := le.AppendUint64([]byte{3, layoutContiguous}, address(n.at, d.bytes()))
		add(messageLayout, le.AppendUint64(where, uint64(d.bytes())))
	} else {
		info := le.AppendUint64([]byte{0, 0}, none)
		add(messageLinkInfo, le.AppendUint64(info, none))
		add(0x0a, []byte{0, 0}) // group info
		for _, c := range n.Children {
			l := append([]byte{1, 0x11, 1}, byte(len(c.Name)), byte(len(c.Name)>>8))
			l = append(l, c.Name...)
			add(messageLink, le.AppendUint64(l, uint64(c.header)))
		}
	}
	next := n.first
	for _, t := range n.Texts {
		data := t.elements(o.heap, next)
		if !t.IsList {
			next++
		}
		add(messageAttribute, t.encode(data))
	}
	head := append([]byte("OHDR"), 2, 2)
	head = le.AppendUint32(head, uint32(len(b)))
	return summed(append(head, b...))
}

// address returns where data is; no data is nowhere.
func address(at, bytes int64) uint64 {
	if bytes == 0 {
		return none
	}
	return uint64(at)
}

// encode describes a shape.
func space(shape []int64) []byte {
	kind := byte(1)
	if len(shape) == 0 {
		kind = 0
	}
	b := []byte{2, byte(len(shape)), 0, kind}
	for _, n := range shape {
		b = le.AppendUint64(b, uint64(n))
	}
	return b
}

// encode describes a type.
func (t Type) encode() []byte {
	class := func(class byte, bits uint32, size int) []byte {
		b := []byte{1<<4 | class, byte(bits), byte(bits >> 8), byte(bits >> 16)}
		return le.AppendUint32(b, uint32(size))
	}
	utf8 := uint32(0)
	if t.UTF8 {
		utf8 = 1
	}
	switch t.Class {
	case Float:
		fraction := map[int]byte{2: 10, 4: 23, 8: 52}[t.Size]
		exponent := byte(8*t.Size) - fraction - 1
		b := class(1, 0x20|uint32(8*t.Size-1)<<8, t.Size) // 0x20: the fraction's first 1 is not written
		b = append(b, 0, 0, byte(8*t.Size), 0, fraction, exponent, 0, fraction)
		return le.AppendUint32(b, 1<<(exponent-1)-1)
	case String:
		return class(3, 1|utf8<<4, t.Size) // padded with zeros
	case VarString:
		return append(class(9, 1|utf8<<8, 16), class(3, utf8<<4, 1)...)
	case Bool:
		b := class(8, 2, 1)
		b = append(b, Type{Size: 1, Signed: true}.encode()...)
		b = append(b, "FALSE\x00\x00\x00TRUE\x00\x00\x00\x00"...)
		return append(b, 0, 1)
	}
	signed := uint32(0)
	if t.Signed {
		signed = 8
	}
	b := class(0, signed, t.Size)
	return append(b, 0, 0, byte(8*t.Size), byte(8*t.Size>>8))
}

// elements returns the bytes of a text's value: the values of a list, or where in the heap the one is.
func (t *Text) elements(heap int64, number int) []byte {
	if !t.IsList {
		b := le.AppendUint32(nil, uint32(len(t.Value)))
		return le.AppendUint32(le.AppendUint64(b, uint64(heap)), uint32(number))
	}
	size := longest(t.List)
	b := make([]byte, size*len(t.List))
	for i, s := range t.List {
		copy(b[i*size:], s)
	}
	return b
}

// encode describes an attribute.
func (t *Text) encode(data []byte) []byte {
	kind, shape := Type{Class: VarString, UTF8: true}, []int64(nil)
	if t.IsList {
		kind, shape = Type{Class: String, Size: longest(t.List), UTF8: true}, []int64{int64(len(t.List))}
	}
	k, s := kind.encode(), space(shape)
	b := []byte{3, 0}
	for _, n := range []int{len(t.Name) + 1, len(k), len(s)} {
		b = le.AppendUint16(b, uint16(n))
	}
	b = append(b, 1)
	b = append(append(b, t.Name...), 0)
	b = append(append(b, k...), s...)
	return append(b, data...)
}
