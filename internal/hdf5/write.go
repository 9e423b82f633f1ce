package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// A Node is a group or a dataset that is to be written.
type Node struct {
	Name     string
	Texts    []Text
	Children []*Node // of a group, in the order in which they will be listed
	Data     *Data   // of a dataset

	header int64 // its address, and its bytes
	bytes  int64
	at     int64 // of its data
	first  int   // number of its first text in the heap
}

// A Text is an attribute of text: one value of any length, or a list of values, each of which takes the room of the longest.
type Text struct {
	Name   string
	Value  string
	List   []string
	IsList bool
}

// Data are the elements of a dataset that is to be written.
type Data struct {
	Type  Type // a number, or Bool
	Shape []int64
	Write func(w io.Writer) error // writes all elements, little-endian, row by row
}

// Child returns the node of that name in a group, and adds a group if there is none.
func (n *Node) Child(name string) *Node {
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	c := &Node{Name: name}
	n.Children = append(n.Children, c)
	return c
}

// MaxText is the most bytes that a list of texts may take, all values together, so that it fits in a header.
const MaxText = 64000

// Write writes a file whose root group is the node. Everything but the data stands at the beginning.
func Write(w io.Writer, root *Node) error {
	o := &writer{w: w}
	if err := o.plan(root, 0); err != nil {
		return err
	}
	at := int64(superblockBytes)
	for _, n := range o.nodes {
		n.header = at
		at += n.bytes
	}
	at = aligned(at)
	o.heap = at
	at += o.heapBytes()
	for _, n := range o.nodes {
		if d := n.Data; d != nil {
			n.at = at
			at = aligned(at + d.bytes())
		}
	}
	o.put(superblock(at, root.header))
	for _, n := range o.nodes {
		o.put(o.header(n))
	}
	o.pad(o.heap)
	o.put(o.strings())
	for _, n := range o.nodes {
		if n.Data == nil || o.err != nil {
			continue
		}
		o.pad(n.at)
		if o.err == nil {
			o.err = n.Data.Write(countWriter{o})
		}
		if want := n.at + n.Data.bytes(); o.err == nil && o.written != want {
			return fmt.Errorf("dataset %q: %d bytes were written too many", n.Name, o.written-want) // or, below 0, too few
		}
	}
	o.pad(at)
	return o.err
}

const superblockBytes = 48

func aligned(n int64) int64 { return (n + 7) / 8 * 8 }

func (d *Data) bytes() int64 {
	n := int64(d.Type.Size)
	for _, s := range d.Shape {
		n *= s
	}
	return n
}

// A writer writes one file from its beginning to its end.
type writer struct {
	w       io.Writer
	err     error
	written int64
	nodes   []*Node
	texts   []string // in the heap
	heap    int64
}

type countWriter struct{ o *writer }

func (c countWriter) Write(b []byte) (int, error) {
	n, err := c.o.w.Write(b)
	c.o.written += int64(n)
	return n, err
}

func (o *writer) put(b []byte) {
	if o.err == nil {
		_, o.err = countWriter{o}.Write(b)
	}
}

func (o *writer) pad(to int64) {
	if n := to - o.written; n > 0 {
		o.put(make([]byte, n))
	}
}

// plan lists the nodes, and finds how long their headers will be.
func (o *writer) plan(n *Node, depth int) error {
	if depth > maxDepth {
		return errors.New("groups lie too deep in each other")
	}
	o.nodes = append(o.nodes, n)
	n.first = len(o.texts) + 1
	for _, t := range n.Texts {
		if t.IsList && len(t.List)*longest(t.List) > MaxText || len(t.Name) > 1000 {
			return fmt.Errorf("%q: the list %q is too long for a header", n.Name, t.Name)
		}
		if !t.IsList {
			o.texts = append(o.texts, t.Value)
		}
	}
	if len(o.texts) > math.MaxUint16 {
		return errors.New("there are more texts than a heap holds")
	}
	seen := map[string]bool{}
	for _, c := range n.Children {
		if c.Name == "" || len(c.Name) > 60000 || seen[c.Name] {
			return fmt.Errorf("in group %q the name %.100q is empty, too long or there twice", n.Name, c.Name)
		}
		seen[c.Name] = true
	}
	n.bytes = int64(len(o.header(n)))
	for _, c := range n.Children {
		if err := o.plan(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func longest(list []string) int {
	n := 1
	for _, s := range list {
		n = max(n, len(s))
	}
	return n
}

var le = binary.LittleEndian

// summed returns b with its checksum behind it.
func summed(b []byte) []byte { return le.AppendUint32(b, checksum(b)) }

func superblock(end, root int64) []byte {
	b := append([]byte(Signature), 2, 8, 8, 0)
	b = le.AppendUint64(b, 0)
	b = le.AppendUint64(b, none)
	b = le.AppendUint64(b, uint64(end))
	return summed(le.AppendUint64(b, uint64(root)))
}

// heapBytes returns the size of the heap of texts: 0 if there are none, and else no less than the library takes.
func (o *writer) heapBytes() int64 {
	if len(o.texts) == 0 {
		return 0
	}
	n := int64(16)
	for _, t := range o.texts {
		n += 16 + aligned(int64(len(t)))
	}
	return max(n, 4096)
}

func (o *writer) strings() []byte {
	n := o.heapBytes()
	if n == 0 {
		return nil
	}
	b := le.AppendUint64([]byte("GCOL\x01\x00\x00\x00"), uint64(n))
	for i, t := range o.texts {
		b = le.AppendUint16(b, uint16(i+1))
		b = append(b, 1, 0, 0, 0, 0, 0)
		b = le.AppendUint64(b, uint64(len(t)))
		b = append(b, t...)
		b = append(b, make([]byte, aligned(int64(len(b)))-int64(len(b)))...)
	}
	if free := n - int64(len(b)); free > 0 {
		rest := make([]byte, free)
		if free >= 16 {
			le.PutUint64(rest[8:], uint64(free))
		}
		b = append(b, rest...)
	}
	return b
}
