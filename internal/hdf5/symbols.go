package hdf5

import "fmt"

// symbols reads the links of a group of the older kind: a B-tree whose leaves are nodes of a symbol table, and a heap with
// the names.
func (s *scan) symbols(tree, names uint64) ([]Link, error) {
	c, err := s.block("local heap", names, uint64(8+2*s.f.length+s.f.offset))
	if err != nil {
		return nil, err
	}
	if err := c.sign("HEAP", 0); err != nil {
		return nil, err
	}
	c.skip(3)
	size := c.length()
	c.length()
	at := c.address()
	heap, err := s.block("local heap", at, size)
	if err != nil {
		return nil, err
	}
	var links []Link
	err = s.tree1(tree, 0, s.f.length, -1, func(_ *cursor, child uint64) error {
		more, err := s.node(child, heap)
		links = append(links, more...)
		return err
	})
	return links, err
}

// node reads a node of a symbol table.
func (s *scan) node(at uint64, heap *cursor) ([]Link, error) {
	c, err := s.block("symbol table", at, 8)
	if err != nil {
		return nil, err
	}
	if err := c.sign("SNOD", 1); err != nil {
		return nil, err
	}
	c.skip(1)
	n := int(c.u16())
	if err := s.once("symbol table", at); err != nil {
		return nil, err
	}
	if c, err = s.block("symbol table", at+8, uint64(n*(2*s.f.offset+24))); err != nil {
		return nil, err
	}
	var links []Link
	for range n {
		name, to, kind := c.address(), c.address(), c.u32()
		c.skip(20)
		if name >= uint64(len(heap.b)) {
			return nil, fmt.Errorf("%w: a name at byte %d of a heap of %d", ErrFormat, name, len(heap.b))
		}
		h := cursor{f: s.f, b: heap.b, at: int(name), where: heap.where}
		l := Link{Name: h.name(), at: to}
		if err := h.err("name"); err != nil {
			return nil, err
		}
		if kind == 2 {
			return nil, fmt.Errorf("%w: %q is a link to a name, which is not followed", ErrFormat, l.Name)
		}
		links = append(links, l)
	}
	return links, nil
}

// tree1 visits the children of the leaves of a B-tree of the older kind. The
// cursor that visit gets holds the key before the child. level is that of the node, or -1 for the root.
func (s *scan) tree1(at uint64, kind byte, keyBytes, level int, visit func(key *cursor, child uint64) error) error {
	head := uint64(8 + 2*s.f.offset)
	c, err := s.block("B-tree", at, head)
	if err != nil {
		return err
	}
	if got := c.take(4); string(got) != "TREE" {
		return fmt.Errorf("%w: at byte %d stands %q and not TREE", ErrFormat, at, got)
	}
	if k := c.u8(); k != kind {
		return fmt.Errorf("%w: the B-tree at byte %d is of kind %d, want %d", ErrFormat, at, k, kind)
	}
	l, n := int(c.u8()), int(c.u16())
	if level >= 0 && l != level {
		return fmt.Errorf("%w: the B-tree's node at byte %d is on level %d, want %d", ErrFormat, at, l, level)
	}
	if err := s.once("B-tree's node", at); err != nil {
		return err
	}
	if c, err = s.block("B-tree", at+head, uint64(n*(keyBytes+s.f.offset))); err != nil {
		return err
	}
	for range n {
		key := &cursor{f: s.f, b: c.take(keyBytes), where: c.where}
		child := c.address()
		if l == 0 {
			err = visit(key, child)
		} else {
			err = s.tree1(child, kind, keyBytes, l-1, visit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
