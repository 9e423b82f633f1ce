package hdf5

import (
	"fmt"
	"path"
)

// A Link is a name in a group, and where what it names is.
type Link struct {
	Name string
	at   uint64
}

// IsGroup reports whether the object may have others in it.
func (o *Object) IsGroup() bool {
	for _, m := range o.messages {
		if m.kind == messageSymbolTable || m.kind == messageLinkInfo || m.kind == messageLink {
			return true
		}
	}
	return false
}

// Links returns what is in a group, in the order of the file: by name, or as it came.
func (o *Object) Links() ([]Link, error) {
	links, err := o.links()
	if err != nil {
		return nil, fmt.Errorf("group %q: %w", o.Path, err)
	}
	seen := make(map[string]bool, len(links))
	for _, l := range links {
		if seen[l.Name] || l.Name == "" {
			return nil, fmt.Errorf("%w: group %q has the name %q twice, or empty", ErrFormat, o.Path, l.Name)
		}
		seen[l.Name] = true
	}
	return links, nil
}

func (o *Object) links() ([]Link, error) {
	s := o.f.scan()
	c, err := o.find(messageSymbolTable)
	if err != nil {
		return nil, err
	}
	if c != nil {
		tree, names := c.address(), c.address()
		if err := c.err("symbol table"); err != nil {
			return nil, err
		}
		return s.symbols(tree, names)
	}
	var links []Link
	for _, m := range o.messages {
		if m.kind != messageLink {
			continue
		}
		l, err := link(m.cursor)
		if err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	if c, err = o.find(messageLinkInfo); err != nil || c == nil {
		return links, err
	}
	c.skip(1)
	if c.u8()&1 != 0 {
		c.skip(8)
	}
	heap, names := c.address(), c.address()
	if err := c.err("link info"); err != nil || heap == none {
		return links, err
	}
	err = s.dense(heap, names, recordLink, func(c *cursor) error {
		l, err := link(*c)
		links = append(links, l)
		return err
	})
	return links, err
}

// link reads a link of the newer kind.
func link(c cursor) (Link, error) {
	if v := c.u8(); v != 1 {
		return Link{}, fmt.Errorf("%w: at byte %d a link of version %d", ErrFormat, c.where, v)
	}
	flags, kind := c.u8(), byte(0)
	if flags&8 != 0 {
		kind = c.u8()
	}
	if flags&4 != 0 {
		c.skip(8)
	}
	if flags&16 != 0 {
		c.skip(1)
	}
	n := c.uint(1 << (flags & 3))
	if n > uint64(len(c.b)) {
		c.short = true
		n = 0
	}
	l := Link{Name: string(c.take(int(n)))}
	if kind != 0 {
		return l, fmt.Errorf("%w: %q is a link to a name or another file, which is not followed", ErrFormat, l.Name)
	}
	l.at = c.address()
	return l, c.err("link")
}

// Open returns what a link of the group leads to.
func (o *Object) Open(l Link) (*Object, error) { return o.f.object(path.Join(o.Path, l.Name), l.at) }

// maxDepth is how deep groups may lie in each other.
const maxDepth = 64

// Walk visits all groups and datasets, each before what is in it. A group that is reached twice is an error.
func (f *File) Walk(visit func(o *Object) error) error {
	root, err := f.Root()
	if err != nil {
		return err
	}
	return f.scan().walk(root, 0, visit)
}

func (s *scan) walk(o *Object, depth int, visit func(o *Object) error) error {
	if err := visit(o); err != nil || !o.IsGroup() {
		return err
	}
	if depth == maxDepth {
		return fmt.Errorf("%w: group %q lies %d deep", ErrFormat, o.Path, depth)
	}
	if err := s.once("group "+o.Path, o.at); err != nil {
		return err
	}
	links, err := o.Links()
	if err != nil {
		return err
	}
	for _, l := range links {
		// A dataset may have many names, but an honest file does not say one name in less than 16 bytes.
		if s.left -= 16; s.left < 0 {
			return fmt.Errorf("%w: group %q: there are more names than the file has room for", ErrFormat, o.Path)
		}
		child, err := o.Open(l)
		if err != nil {
			return err
		}
		if err := s.walk(child, depth+1, visit); err != nil {
			return err
		}
	}
	return nil
}
