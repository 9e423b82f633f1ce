package torch

// A descr is one of NumPy's dtypes: kind and size of the elements, and the order of their bytes.
type descr struct {
	code   string // "f4"
	order  string // "<", ">", "|" or "="
	opaque bool   // it has fields, or is no number
}

func newDescr(m *machine, args []any) (any, error) {
	if len(args) == 0 {
		return nil, m.errorf("a dtype lacks its name")
	}
	code, ok := args[0].(string)
	return &descr{code: code, order: "<", opaque: !ok}, nil
}

func (m *machine) fillDescr(d *descr, state any) error {
	s, ok := state.(tuple)
	if !ok || len(s) < 5 {
		return m.errorf("a dtype has no state")
	}
	if d.order, ok = s[1].(string); !ok {
		return m.errorf("a dtype has no order of bytes")
	}
	if d.order == "=" {
		d.order = "<"
	}
	if _, none := s[3].(none); !none { // its fields
		d.opaque = true
	}
	return nil
}

func (d *descr) text() string { return d.order + d.code }

// fillArray takes (version, shape, dtype, whether in Fortran's order, bytes).
func (m *machine) fillArray(a *array, state any) error {
	s, ok := state.(tuple)
	if !ok || len(s) < 4 {
		return m.errorf("an array has no state")
	}
	s = s[len(s)-4:]
	shape, ok := ints(s[0])
	d, ok2 := s[1].(*descr)
	fortran, ok3 := s[2].(bool)
	if n, isInt := s[2].(int64); isInt {
		fortran, ok3 = n != 0, true
	}
	if !ok || !ok2 || !ok3 {
		return m.errorf("the state of an array is not shape, dtype, order and bytes")
	}
	*a = array{descr: d.text(), fortran: fortran, shape: shape, opaque: d.opaque}
	switch raw := s[3].(type) {
	case []byte:
		a.raw = raw
	case string: // of Python 2
		b, err := encode(m, []any{raw})
		if err != nil {
			return err
		}
		a.raw = b.([]byte)
	default:
		a.opaque = true
	}
	return nil
}

func scalar(m *machine, args []any) (any, error) {
	if len(args) != 2 {
		return nil, m.errorf("a number of NumPy has %d arguments", len(args))
	}
	d, ok := args[0].(*descr)
	if !ok {
		return nil, m.errorf("a number of NumPy has no dtype")
	}
	raw, err := encode(m, args[1:])
	if err != nil {
		return &array{descr: d.text(), opaque: true}, nil //nolint:nilerr // a Python object in place of bytes
	}
	return &array{descr: d.text(), raw: raw.([]byte), opaque: d.opaque}, nil
}

// fromBuffer is (bytes, dtype, shape, order): how protocol 5 writes arrays.
func fromBuffer(m *machine, args []any) (any, error) {
	if len(args) != 4 {
		return nil, m.errorf("an array has %d arguments", len(args))
	}
	raw, ok := args[0].([]byte)
	d, ok2 := args[1].(*descr)
	shape, ok3 := ints(args[2])
	order, ok4 := args[3].(string)
	if !ok || !ok2 || !ok3 || !ok4 {
		return nil, m.errorf("the arguments of an array are not bytes, dtype, shape and order")
	}
	return &array{descr: d.text(), fortran: order == "F", shape: shape, raw: raw, opaque: d.opaque}, nil
}
