package torch

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// opcodes says what each byte of a pickle does; those that are missing are refused. Names and meaning are those of
// Python's module pickletools.
var opcodes = [256]func(*machine) error{
	0x80: func(m *machine) error { // PROTO
		v, err := m.byte()
		if err == nil && v > 5 {
			err = m.errorf("protocol %d is newer than 5", v)
		}
		return err
	},
	0x95: func(m *machine) error { _, err := m.bytes(8); return err }, // FRAME

	'(': func(m *machine) error {
		if len(m.marks) >= maxMarks {
			return m.errorf("more than %d marks are open", maxMarks)
		}
		m.marks = append(m.marks, len(m.stack))
		return nil
	},
	'0': func(m *machine) error { _, err := m.pop(1); return err },
	'1': func(m *machine) error { _, err := m.popMark(); return err },
	'2': func(m *machine) error {
		v, err := m.top()
		if err == nil {
			m.push(v)
		}
		return err
	},

	'N':  constant(none{}),
	0x88: constant(true),
	0x89: constant(false),
	')':  constant(tuple{}),
	']':  func(m *machine) error { m.push(&list{}); return nil },
	'}':  func(m *machine) error { m.push(&dict{}); return nil },
	0x8f: func(m *machine) error { m.push(&list{}); return nil }, // EMPTY_SET

	'K':  integer(1, func(v uint64) int64 { return int64(v) }),
	'M':  integer(2, func(v uint64) int64 { return int64(v) }),
	'J':  integer(4, func(v uint64) int64 { return int64(int32(v)) }),
	0x8a: long(1),
	0x8b: long(4),
	'I':  textNumber,
	'L':  textNumber,
	'F': func(m *machine) error {
		s, err := m.line()
		if err != nil {
			return err
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return m.errorf("%q is no number", s)
		}
		m.push(v)
		return nil
	},
	'G': func(m *machine) error { // BINFLOAT, big-endian
		b, err := m.bytes(8)
		if err != nil {
			return err
		}
		v := uint64(0)
		for _, x := range b {
			v = v<<8 | uint64(x)
		}
		m.push(math.Float64frombits(v))
		return nil
	},

	'X': text(4), 0x8c: text(1), 0x8d: text(8), 'T': text(4), 'U': text(1),
	'V': func(m *machine) error { s, err := m.line(); m.push(s); return err },
	'S': func(m *machine) error { s, err := m.line(); m.push(strings.Trim(s, `'"`)); return err },
	'B': raw(4), 'C': raw(1), 0x8e: raw(8), 0x96: raw(8),

	't':  func(m *machine) error { v, err := m.popMark(); m.push(tuple(v)); return err },
	0x85: tupleOf(1), 0x86: tupleOf(2), 0x87: tupleOf(3),
	'l':  func(m *machine) error { v, err := m.popMark(); m.push(&list{v}); return err },
	0x91: func(m *machine) error { v, err := m.popMark(); m.push(&list{v}); return err }, // FROZENSET
	'd': func(m *machine) error {
		v, err := m.popMark()
		if err != nil {
			return err
		}
		m.push(&dict{})
		return m.setItems(v)
	},
	'a': func(m *machine) error {
		v, err := m.pop(1)
		if err != nil {
			return err
		}
		return m.appendItems(v)
	},
	'e':  func(m *machine) error { return m.items((*machine).appendItems) },
	0x90: func(m *machine) error { return m.items((*machine).appendItems) }, // ADDITEMS
	'u':  func(m *machine) error { return m.items((*machine).setItems) },
	's': func(m *machine) error {
		v, err := m.pop(2)
		if err != nil {
			return err
		}
		return m.setItems(v)
	},

	'p':  func(m *machine) error { return m.memoText((*machine).put) },
	'q':  func(m *machine) error { return m.memoNumber(1, (*machine).put) },
	'r':  func(m *machine) error { return m.memoNumber(4, (*machine).put) },
	'g':  func(m *machine) error { return m.memoText((*machine).get) },
	'h':  func(m *machine) error { return m.memoNumber(1, (*machine).get) },
	'j':  func(m *machine) error { return m.memoNumber(4, (*machine).get) },
	0x94: func(m *machine) error { return m.put(int64(len(m.memo))) }, // MEMOIZE

	'c':  (*machine).global,
	0x93: (*machine).stackGlobal,
	'R':  (*machine).reduce,
	'b':  (*machine).build,
	0x81: func(m *machine) error { return m.instance(2) }, // NEWOBJ
	0x92: func(m *machine) error { return m.instance(3) }, // NEWOBJ_EX
	'i':  (*machine).inst,
	'o':  (*machine).obj,
	'P':  func(m *machine) error { s, err := m.line(); m.push(s); return err2(err, m.persistent) },
	'Q':  (*machine).persistent,
}

func err2(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

func constant(v any) func(*machine) error { return func(m *machine) error { m.push(v); return nil } }

func integer(n int64, of func(uint64) int64) func(*machine) error {
	return func(m *machine) error { v, err := m.uint(n); m.push(of(v)); return err }
}

// long reads an integer of any length: int64 if it fits, else float64, for no size or number of a model is so large.
func long(n int64) func(*machine) error {
	return func(m *machine) error {
		b, err := m.sized(n)
		if err != nil {
			return err
		}
		v := new(big.Int)
		if len(b) > 64 {
			return m.errorf("an integer has %d bytes", len(b))
		}
		big := make([]byte, len(b))
		for i := range b {
			big[len(b)-1-i] = b[i]
		}
		v.SetBytes(big)
		if len(b) > 0 && b[len(b)-1] >= 0x80 {
			v.Sub(v, new2(len(b)))
		}
		m.push(number(v))
		return nil
	}
}

func new2(bytes int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(8*bytes)) }

func number(v *big.Int) any {
	if v.IsInt64() {
		return v.Int64()
	}
	f, _ := new(big.Float).SetInt(v).Float64()
	return f
}

func textNumber(m *machine) error {
	s, err := m.line()
	if err != nil {
		return err
	}
	switch s = strings.TrimSuffix(s, "L"); {
	case s == "00":
		m.push(false)
	case s == "01":
		m.push(true)
	case len(s) > 200:
		return m.errorf("an integer has %d digits", len(s))
	default:
		v, ok := new(big.Int).SetString(s, 10)
		if !ok {
			return m.errorf("%q is no integer", s)
		}
		m.push(number(v))
	}
	return nil
}

func text(n int64) func(*machine) error {
	return func(m *machine) error { b, err := m.sized(n); m.push(string(b)); return err }
}

func raw(n int64) func(*machine) error {
	return func(m *machine) error { b, err := m.sized(n); m.push(b); return err }
}

func tupleOf(n int) func(*machine) error {
	return func(m *machine) error { v, err := m.pop(n); m.push(tuple(v)); return err }
}

func (m *machine) items(then func(*machine, []any) error) error {
	v, err := m.popMark()
	if err != nil {
		return err
	}
	return then(m, v)
}

func (m *machine) appendItems(v []any) error {
	to, err := m.top()
	if err != nil {
		return err
	}
	switch to := to.(type) {
	case *list:
		to.items = append(to.items, v...)
	case *object:
		to.list.items = append(to.list.items, v...)
	default:
		return m.errorf("items are added to what is no list")
	}
	return nil
}

func (m *machine) setItems(v []any) error {
	to, err := m.top()
	if err != nil {
		return err
	}
	var d *dict
	switch to := to.(type) {
	case *dict:
		d = to
	case *object:
		d = &to.dict
	}
	if d == nil || len(v)%2 != 0 {
		return m.errorf("items are set in what is no dictionary")
	}
	for i := 0; i < len(v); i += 2 {
		d.set(v[i], v[i+1])
	}
	return nil
}

func (m *machine) memoText(then func(*machine, int64) error) error {
	s, err := m.line()
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return m.errorf("%q is no place in the memo", s)
	}
	return then(m, n)
}

func (m *machine) memoNumber(bytes int64, then func(*machine, int64) error) error {
	n, err := m.uint(bytes)
	if err != nil {
		return err
	}
	return then(m, int64(n))
}

func (m *machine) put(n int64) error {
	v, err := m.top()
	if err == nil {
		m.memo[n] = v
	}
	return err
}

func (m *machine) get(n int64) error {
	v, ok := m.memo[n]
	if !ok {
		return m.errorf("the memo has nothing at %d", n)
	}
	m.push(v)
	return nil
}
