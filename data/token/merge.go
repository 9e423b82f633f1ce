package token

// A pairTable holds the merges: two ids to the rank and the id of what they make. It is a hash table with open addressing.
type pairTable struct {
	keys  []uint64 // left<<32 | right, plus 1; 0: free
	ranks []int32
	ids   []int32
	mask  uint64
	used  int
}

func newPairTable(n int) *pairTable {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &pairTable{keys: make([]uint64, size), ranks: make([]int32, size), ids: make([]int32, size), mask: uint64(size - 1)}
}

func (t *pairTable) slot(key uint64) uint64 {
	h := key * 0x9e3779b97f4a7c15
	i := (h ^ h>>32) & t.mask
	for t.keys[i] != 0 && t.keys[i] != key {
		i = (i + 1) & t.mask
	}
	return i
}

// put adds a merge; a later one of the same pair takes the place of an earlier one. The table has room for as many as it was made for.
func (t *pairTable) put(left, right, rank, id int32) {
	key := uint64(left)<<32 | uint64(right) + 1
	i := t.slot(key)
	if t.keys[i] == 0 {
		t.used++
	}
	t.keys[i], t.ranks[i], t.ids[i] = key, rank, id
}

// find returns the rank of a pair and what it makes; a rank of −1 if it is not merged.
func (t *pairTable) find(left, right int32) (rank, id int32) {
	i := t.slot(uint64(left)<<32 | uint64(right) + 1)
	if t.keys[i] == 0 {
		return -1, 0
	}
	return t.ranks[i], t.ids[i]
}

// A part is a symbol of a word that is being merged.
type part struct {
	id         int32
	end        int32 // in bytes of the piece
	rank, made int32 // of the merge with the next part; −1: none
	prev, next int32 // for long words
}

// A merger merges the parts of one word. Its memory is used again.
type merger struct {
	parts []part
	queue mergeQueue
}

// manyParts is from how many parts on a heap is quicker than looking through all.
const manyParts = 40

// run merges as long as there is a merge, the lowest rank first, and of equal ranks the leftmost. skip says whether to leave out
// a merge, at each try; nil: none.
func (m *merger) run(t *pairTable, skip func() bool) {
	if len(m.parts) < 2 {
		return
	}
	if skip != nil || len(m.parts) >= manyParts {
		m.runLong(t, skip)
		return
	}
	parts := m.parts
	for i := range len(parts) - 1 {
		parts[i].rank, parts[i].made = t.find(parts[i].id, parts[i+1].id)
	}
	parts[len(parts)-1].rank = -1
	for {
		best := -1
		for i := range parts {
			if r := parts[i].rank; r >= 0 && (best < 0 || r < parts[best].rank) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		parts[best].id, parts[best].end = parts[best].made, parts[best+1].end
		parts = append(parts[:best+1], parts[best+2:]...)
		parts[best].rank = -1
		if best+1 < len(parts) {
			parts[best].rank, parts[best].made = t.find(parts[best].id, parts[best+1].id)
		}
		if best > 0 {
			parts[best-1].rank, parts[best-1].made = t.find(parts[best-1].id, parts[best].id)
		}
	}
	m.parts = parts
}

// A candidate is a merge that was possible when it was put into the queue.
type candidate struct{ rank, at, made int32 }

// A mergeQueue is a heap with the lowest rank on top, and of equal ranks the leftmost.
type mergeQueue []candidate

func (q mergeQueue) before(i, j int) bool {
	return q[i].rank < q[j].rank || q[i].rank == q[j].rank && q[i].at < q[j].at
}

func (q *mergeQueue) push(c candidate) {
	h := append(*q, c)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h.before(i, up) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	*q = h
}

func (q *mergeQueue) pop() candidate {
	h := *q
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	h.down(0)
	*q = h
	return top
}

func (q mergeQueue) down(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(q); c++ {
			if q.before(c, least) {
				least = c
			}
		}
		if least == i {
			return
		}
		q[i], q[least] = q[least], q[i]
		i = least
	}
}

// runLong is run with a heap, in n log n.
func (m *merger) runLong(t *pairTable, skip func() bool) {
	parts := m.parts
	m.queue = m.queue[:0]
	for i := range parts {
		parts[i].prev, parts[i].next = int32(i)-1, int32(i)+1
		if i+1 < len(parts) {
			if rank, made := t.find(parts[i].id, parts[i+1].id); rank >= 0 {
				m.queue = append(m.queue, candidate{rank, int32(i), made})
			}
		}
	}
	for i := len(m.queue)/2 - 1; i >= 0; i-- {
		m.queue.down(i)
	}
	var later []candidate
	for len(m.queue) > 0 {
		c := m.queue.pop()
		if skip != nil && skip() {
			later = append(later, c)
			continue
		}
		for _, l := range later {
			m.queue.push(l)
		}
		later = later[:0]
		m.join(t, c)
	}
	n := 0
	for i := int32(0); int(i) < len(parts); i = parts[i].next {
		parts[n] = parts[i]
		n++
	}
	m.parts = parts[:n]
}

// join carries out a merge, unless one of its parts has changed since.
func (m *merger) join(t *pairTable, c candidate) {
	parts := m.parts
	p := &parts[c.at]
	n := int32(len(parts))
	if p.next >= n || p.id < 0 {
		return
	}
	right := &parts[p.next]
	if rank, made := t.find(p.id, right.id); rank < 0 || made != c.made {
		return
	}
	p.id, p.end, p.next = c.made, right.end, right.next
	right.id = -1
	if p.next < n {
		parts[p.next].prev = c.at
		if rank, made := t.find(p.id, parts[p.next].id); rank >= 0 {
			m.queue.push(candidate{rank, c.at, made})
		}
	}
	if p.prev >= 0 {
		if rank, made := t.find(parts[p.prev].id, p.id); rank >= 0 {
			m.queue.push(candidate{rank, p.prev, made})
		}
	}
}
