package token

import (
	"unicode/utf8"
)

// An Added token is found in a text before anything else happens to it.
type Added struct {
	ID         int    `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"` // only where no word stands next to it
	LStrip     bool   `json:"lstrip"`      // takes the white space on its left
	RStrip     bool   `json:"rstrip"`      // takes the white space on its right
	Normalized bool   `json:"normalized"`  // is looked for in the normalized text
	Special    bool   `json:"special"`     // is left out when decoding for people
}

// added holds the added tokens of a tokenizer.
type added struct {
	list    []Added // by their order in the file
	byID    map[int32]*Added
	ids     map[string]int32
	special map[string]bool
	shown   map[int32]string // what decodes a normalized token, where that is not its content

	plain, normalized *trie // of what is looked for in the text, and in the normalized text
}

// find returns the ranges of s that are added tokens of a trie, and what lies between.
func (a *added) find(t *trie, s []byte, emit func(start, end int, id int32)) {
	done := 0
	for i := 0; i < len(s); {
		if t.first[s[i]] == 0 {
			i++
			continue
		}
		id, n := t.longest(s[i:])
		if n == 0 {
			i++
			continue
		}
		start, end := i, i+n
		i = end
		token := a.byID[id]
		if token.SingleWord && (wordBefore(s[:start]) || wordAfter(s[end:])) {
			continue
		}
		if token.LStrip {
			start = max(spaceBefore(s[:start]), done)
		}
		if token.RStrip {
			end += spaceAfter(s[end:])
		}
		if done < start {
			emit(done, start, -1)
		}
		emit(start, end, id)
		done = end
		// White space that a token took can be part of the next one to the reference: it looks for all before it cuts.
	}
	if done < len(s) {
		emit(done, len(s), -1)
	}
}

func wordBefore(s []byte) bool {
	if len(s) == 0 {
		return false
	}
	r, _ := utf8.DecodeLastRune(s)
	return loadClasses().of(r)&wordy != 0
}

func wordAfter(s []byte) bool {
	if len(s) == 0 {
		return false
	}
	r, _ := utf8.DecodeRune(s)
	return loadClasses().of(r)&wordy != 0
}

func spaceBefore(s []byte) int {
	i := len(s)
	for i > 0 {
		r, n := utf8.DecodeLastRune(s[:i])
		if !isSpace(r) {
			break
		}
		i -= n
	}
	return i
}

func spaceAfter(s []byte) int { return loadClasses().run(s, 0, space) }

// extract cuts the added tokens out of the pieces of w.
func (a *added) extract(w *work, t *trie) {
	if t == nil {
		return
	}
	to := w.next[:0]
	for i := range w.pieces {
		p := &w.pieces[i]
		if p.added >= 0 {
			to = append(to, *p)
			continue
		}
		a.find(t, p.text, func(start, end int, id int32) {
			q := p.slice(start, end)
			q.added = id
			if start < end {
				to = append(to, q)
			}
		})
	}
	w.pieces, w.next = to, w.pieces
}
