package token

import "unicode/utf8"

// byteLetters are the letters that ByteLevel writes for the bytes: printable ones for themselves, the others for letters from U+0100 on.
var byteLetters, letterBytes = func() (letters [256]rune, bytes map[rune]byte) {
	bytes = make(map[rune]byte, 256)
	next := rune(256)
	for b := range rune(256) {
		r := b
		if !(b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae) {
			r = next
			next++
		}
		letters[b] = r
		bytes[r] = byte(b)
	}
	return letters, bytes
}()

// bytesOfLetters appends the bytes that the letters of s stand for, and reports whether each stands for one.
func bytesOfLetters(to []byte, s string) ([]byte, bool) {
	from := len(to)
	for _, r := range s {
		b, ok := letterBytes[r]
		if !ok {
			return to[:from], false
		}
		to = append(to, b)
	}
	return to, true
}

// letters writes the letters that the bytes of a raw piece stand for.
func (p *piece) letters(w *work) {
	p.raw = false
	p.explicit(w)
	text, align := w.room(2 * len(p.text))
	for i, b := range p.text {
		from := len(text)
		text = utf8.AppendRune(text, byteLetters[b])
		for range len(text) - from {
			align = append(align, p.align[i])
		}
	}
	p.text, p.align = text, align
}

// byteLevel splits as GPT-2 does, and then takes the bytes of the words as letters.
type byteLevel struct {
	PrefixSpace bool
	Regex       bool
}

func (s byteLevel) cut(w *work, p *piece, to []piece) ([]piece, error) {
	if s.PrefixSpace && len(p.text) > 0 && p.text[0] != ' ' {
		p.prepend(w, " ")
	}
	if !s.Regex {
		p.raw = true
		to = append(to, *p)
		return to, nil
	}
	for i := 0; i < len(p.text); {
		end := scanGPT2(loadClasses(), p.text, i)
		q := p.slice(i, end)
		q.raw = true
		to = append(to, q)
		i = end
	}
	return to, nil
}

// ByteLetters returns the letters that byte-level tokenizers write for the bytes 0 to 255.
func ByteLetters() []rune { return append([]rune(nil), byteLetters[:]...) }
