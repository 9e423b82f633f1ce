package npz

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

const (
	magic     = "\x93NUMPY"
	maxHeader = 64 << 10 // NumPy itself reads 10,000 bytes of it
)

func errorf(text string, args ...any) error {
	return fmt.Errorf("%w: "+text, append([]any{format.ErrFormat}, args...)...)
}

// A header says what an array is.
type header struct {
	element format.Element
	order   binary.ByteOrder
	descr   string
	fortran bool
	shape   []int64
	length  int64 // of the header itself, in bytes
}

// readHeader reads the header from the start of an array's bytes, of which there are so many.
func readHeader(r io.Reader, size int64) (*header, error) {
	var head [12]byte
	if _, err := io.ReadFull(r, head[:8]); err != nil || string(head[:6]) != magic {
		return nil, errorf("it does not begin as an array of NumPy")
	}
	n := 2
	switch head[6] {
	case 1:
	case 2, 3:
		n = 4
	default:
		return nil, errorf("version %d of NumPy's format is unknown", head[6])
	}
	if _, err := io.ReadFull(r, head[8:8+n]); err != nil {
		return nil, errorf("the header was cut short")
	}
	length := int64(binary.LittleEndian.Uint32(append(head[8:8+n:8+n], 0, 0)))
	if length > maxHeader || length > size-int64(8+n) {
		return nil, errorf("a header of %d bytes in an array of %d", length, size)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, errorf("the header was cut short")
	}
	h := &header{length: int64(8+n) + length}
	if err := h.parse(string(text)); err != nil {
		return nil, err
	}
	if _, err := format.Sized("the array", size-h.length, h.element.Bytes, h.shape); err != nil {
		return nil, err
	}
	want := int64(h.element.Bytes)
	for _, d := range h.shape {
		want *= d
	}
	if want != size-h.length {
		return nil, errorf("shape %v takes %d bytes, and there are %d", h.shape, want, size-h.length)
	}
	return h, nil
}

// parse reads what Python writes for a dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
func (h *header) parse(text string) error {
	p := parser{text}
	seen := map[string]bool{}
	if !p.take("{") {
		return errorf("the header %.60q is no dictionary", text)
	}
	for !p.take("}") {
		key, ok := p.quoted()
		if ok = ok && !seen[key] && p.take(":"); ok {
			seen[key] = true
			switch key {
			case "descr":
				h.descr, ok = p.quoted()
				if !ok && p.take("[") {
					return errorf("arrays of records are not read")
				}
			case "fortran_order":
				h.fortran = p.take("True")
				ok = h.fortran || p.take("False")
			case "shape":
				h.shape, ok = p.tuple()
			default:
				ok = false
			}
		}
		if !ok || !p.take(",") && !strings.HasPrefix(p.rest, "}") {
			return errorf("the header is broken at %.40q", p.rest)
		}
	}
	if strings.TrimSpace(p.rest) != "" || len(seen) != 3 {
		return errorf("the header %.100q lacks something, or has something behind", text)
	}
	if strings.HasSuffix(h.descr, "O") {
		return errorf("it holds Python objects, pickled, which are not read")
	}
	h.element, h.order, _ = format.NumPy(h.descr)
	if h.element.Name == "" {
		return errorf("elements of type %q are no numbers", h.descr)
	}
	return nil
}

// A parser reads tokens, with space between them.
type parser struct{ rest string }

func (p *parser) take(token string) bool {
	p.rest = strings.TrimLeft(p.rest, " \n")
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = strings.TrimLeft(rest, " \n")
	}
	return ok
}

func (p *parser) quoted() (string, bool) {
	for _, quote := range []string{"'", `"`} {
		if p.take(quote) {
			s, rest, ok := strings.Cut(p.rest, quote)
			p.rest = rest
			return s, ok
		}
	}
	return "", false
}

// tuple reads (2, 3) or (2,) or (); Python 2 wrote 2L.
func (p *parser) tuple() ([]int64, bool) {
	shape := []int64{}
	if !p.take("(") {
		return nil, false
	}
	for !p.take(")") {
		digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789"))]
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, false
		}
		shape, p.rest = append(shape, n), p.rest[len(digits):]
		p.take("L")
		if !p.take(",") && !strings.HasPrefix(p.rest, ")") {
			return nil, false
		}
	}
	return shape, true
}
