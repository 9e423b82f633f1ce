package token

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// scripts splits where the script changes, with kana counted as Han and spaces as nothing.
type scripts struct{}

// loadScripts returns the number of the script of each page of letters; 0: none.
var loadScripts = sync.OnceValue(func() *classes {
	flat := make([]uint16, unicode.MaxRune+1)
	number := uint16(1)
	for name, table := range unicode.Scripts {
		n := number
		if name == "Hiragana" || name == "Katakana" || name == "Han" {
			n = 1<<16 - 1
		} else {
			number++
		}
		each(table, func(r rune) { flat[r] = n })
	}
	flat[0x30fc] = 1<<16 - 1
	flat[' '] = 0
	return fold(flat)
})

func (scripts) cut(w *work, p *piece, to []piece) ([]piece, error) {
	c := loadScripts()
	start, last := -1, -1
	for i := 0; i < len(p.text); {
		r, n := utf8.DecodeRune(p.text[i:])
		script := int(c.of(r))
		if script != 0 && last != 0 && last != script {
			if start >= 0 {
				to = append(to, p.slice(start, i))
			}
			start = i
		}
		if script != 0 {
			last = script
		}
		i += n
	}
	if start >= 0 {
		to = append(to, p.slice(start, len(p.text)))
	}
	return to, nil
}
