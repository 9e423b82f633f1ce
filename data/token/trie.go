package token

// A trie holds words by their bytes. It is a hash table of its edges, which is small and quick to build.
type trie struct {
	first [256]int32 // the node after one byte; 0: none
	keys  []uint64   // node<<8 | byte, plus 1; 0: free
	nodes []int32
	value []int32 // by node: the number of the word that ends there; −1: none
	mask  uint64
	used  int
}

func newTrie() *trie {
	t := &trie{value: []int32{-1}}
	t.grow(1 << 8)
	return t
}

func (t *trie) grow(n int) {
	keys, nodes := t.keys, t.nodes
	t.keys, t.nodes, t.mask = make([]uint64, n), make([]int32, n), uint64(n-1)
	for i, k := range keys {
		if k != 0 {
			j := t.slot(k)
			t.keys[j], t.nodes[j] = k, nodes[i]
		}
	}
}

// slot returns where the key is, or would be.
func (t *trie) slot(key uint64) uint64 {
	i := key * 0x9e3779b97f4a7c15 >> 20 & t.mask
	for t.keys[i] != 0 && t.keys[i] != key {
		i = (i + 1) & t.mask
	}
	return i
}

// add puts a word in, with its number. A word that is there already gets the new number.
func (t *trie) add(word string, number int32) {
	node := int32(0)
	for i := range len(word) {
		next := t.step(node, word[i])
		if next == 0 {
			next = int32(len(t.value))
			t.value = append(t.value, -1)
			t.link(node, word[i], next)
		}
		node = next
	}
	if node != 0 {
		t.value[node] = number
	}
}

func (t *trie) link(node int32, b byte, next int32) {
	if node == 0 {
		t.first[b] = next
		return
	}
	if t.used++; 2*t.used > len(t.keys) {
		t.grow(2 * len(t.keys))
	}
	key := uint64(node)<<8 | uint64(b) + 1<<48
	i := t.slot(key)
	t.keys[i], t.nodes[i] = key, next
}

// step returns the node after byte b; 0: there is none. The root is 0.
func (t *trie) step(node int32, b byte) int32 {
	if node == 0 {
		return t.first[b]
	}
	return t.nodes[t.slot(uint64(node)<<8|uint64(b)+1<<48)]
}

// longest returns the number and the length of the longest word that s begins with; −1 if there is none.
func (t *trie) longest(s []byte) (number int32, length int) {
	number = -1
	node := int32(0)
	for i, b := range s {
		if node = t.step(node, b); node == 0 {
			break
		}
		if v := t.value[node]; v >= 0 {
			number, length = v, i+1
		}
	}
	return number, length
}
