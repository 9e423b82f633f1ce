package hdf5

import (
	"fmt"
	"math"
	"math/bits"
)

// The kinds of records in a B-tree of the newer kind that are read here.
const (
	recordHuge          = 1
	recordLink          = 5
	recordAttribute     = 8
	recordChunk         = 10
	recordFilteredChunk = 11
)

// A tree2 is a B-tree of the newer kind.
type tree2 struct {
	s        *scan
	kind     byte
	node     uint64 // bytes of a node
	record   int    // bytes of a record
	most     []uint64
	total    []uint64 // most records at and below a node, by level
	visit    func(record *cursor) error
	numbers  int // bytes of a number of records in one node
	pointers []int
}

// tree2 visits the records of a B-tree of the newer kind.
func (s *scan) tree2(at uint64, kind byte, visit func(record *cursor) error) error {
	c, err := s.block("B-tree", at, uint64(22+s.f.offset+s.f.length))
	if err != nil {
		return err
	}
	if err := c.sign("BTHD", 0); err != nil {
		return err
	}
	k, node, record, depth := c.u8(), c.u32(), int(c.u16()), int(c.u16())
	c.skip(2)
	root, n := c.address(), c.u16()
	if err := c.verify("B-tree"); err != nil {
		return err
	}
	if k != kind || record == 0 || uint64(node) < uint64(record)+10 || depth > 32 {
		return fmt.Errorf("%w: the B-tree at byte %d is of kind %d, with records of %d bytes in nodes of %d, %d deep", ErrFormat, at, k, record, node, depth)
	}
	if root == none {
		return nil
	}
	t := &tree2{s: s, kind: kind, node: uint64(node), record: record, visit: visit, pointers: []int{0}}
	t.most = []uint64{(t.node - 10) / uint64(record)}
	t.total = []uint64{t.most[0]}
	t.numbers = size(t.most[0])
	for l := 1; l <= depth; l++ {
		pointer := s.f.offset + t.numbers
		if l > 1 {
			pointer += size(t.total[l-1])
		}
		most := (t.node - 10 - min(uint64(pointer), t.node-10)) / uint64(record+pointer)
		hi, below := bits.Mul64(most+1, t.total[l-1])
		if hi != 0 || below > math.MaxUint64-most || most == 0 {
			return fmt.Errorf("%w: the B-tree at byte %d is %d deep", ErrFormat, at, depth)
		}
		t.pointers = append(t.pointers, pointer)
		t.most = append(t.most, most)
		t.total = append(t.total, below+most)
	}
	return t.read(root, depth, uint64(n))
}

// size returns how many bytes a number up to n is written in.
func size(n uint64) int { return (bits.Len64(n)-1)/8 + 1 }

// read visits the n records of a node, and those below it.
func (t *tree2) read(at uint64, level int, n uint64) error {
	if n > t.most[level] {
		return fmt.Errorf("%w: the B-tree's node at byte %d has %d records of at most %d", ErrFormat, at, n, t.most[level])
	}
	if err := t.s.once("B-tree's node", at); err != nil {
		return err
	}
	bytes := 10 + n*uint64(t.record)
	signature := "BTLF"
	if level > 0 {
		bytes += (n + 1) * uint64(t.pointers[level])
		signature = "BTIN"
	}
	c, err := t.s.block("B-tree's node", at, bytes)
	if err != nil {
		return err
	}
	if err := c.sign(signature, 0); err != nil {
		return err
	}
	if err := c.verify("B-tree's node"); err != nil {
		return err
	}
	if k := c.u8(); k != t.kind {
		return fmt.Errorf("%w: the B-tree's node at byte %d is of kind %d", ErrFormat, at, k)
	}
	for range n {
		r := &cursor{f: t.s.f, b: c.take(t.record), where: c.where}
		if err := t.visit(r); err != nil {
			return err
		}
	}
	if level == 0 {
		return nil
	}
	for range n + 1 {
		child, m := c.address(), c.uint(t.numbers)
		if level > 1 {
			c.skip(size(t.total[level-1]))
		}
		if err := t.read(child, level-1, m); err != nil {
			return err
		}
	}
	return c.err("B-tree's node")
}
