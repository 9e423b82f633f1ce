package token

import "unicode/utf8"

// A finder returns where the match that begins at byte i of s ends, or i if none does: a pattern that does not match everywhere.
type finder func(c *classes, s []byte, i int) int

func (f finder) find(to []match, s []byte) ([]match, error) {
	c := loadClasses()
	done := 0
	for i := 0; i < len(s); {
		if j := f(c, s, i); j > i {
			to = gaps(to, &done, i, j)
			i = j
			continue
		}
		_, n := utf8.DecodeRune(s[i:])
		i += n
	}
	return rest(to, done, len(s)), nil
}

// The patterns that DeepSeek's tokenizers apply one after another, and those that take digits alone.
const (
	patternDigit    = `\p{N}`
	patternDigits   = `\p{N}{1,3}`
	patternCJK      = `[一-龥぀-ゟ゠-ヿ]+`
	patternDeepSeek = `[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_` + "`" + `{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

var finders = map[string]finder{
	patternDigit:    func(c *classes, s []byte, i int) int { return findDigits(c, s, i, 1) },
	patternDigits:   func(c *classes, s []byte, i int) int { return findDigits(c, s, i, 3) },
	patternCJK:      findCJK,
	patternDeepSeek: findDeepSeek,
}

func findDigits(c *classes, s []byte, i, most int) int {
	for range most {
		k, n := c.at(s, i)
		if k&number == 0 {
			break
		}
		i += n
	}
	return i
}

func findCJK(_ *classes, s []byte, i int) int {
	for i < len(s) && s[i] >= utf8.RuneSelf {
		r, n := utf8.DecodeRune(s[i:])
		if !(r >= '一' && r <= '龥' || r >= 0x3040 && r <= 0x30ff) {
			break
		}
		i += n
	}
	return i
}

func isASCIILetter(s []byte, i int) bool {
	return i < len(s) && (s[i] >= 'A' && s[i] <= 'Z' || s[i] >= 'a' && s[i] <= 'z')
}

func findDeepSeek(c *classes, s []byte, i int) int {
	k, n := c.at(s, i)
	if s[i] < utf8.RuneSelf && k&sign != 0 && isASCIILetter(s, i+1) {
		for i++; isASCIILetter(s, i); i++ {
		}
		return i
	}
	if k&(letter|punct|symbol) == 0 && s[i] != '\r' && s[i] != '\n' {
		if j := c.run(s, i+n, letter|mark); j > i+n {
			return j
		}
	}
	if j := c.run(s, i, letter|mark); j > i {
		return j
	}
	j := i
	if s[i] == ' ' {
		j++
	}
	if end := c.run(s, j, punct|symbol); end > j {
		for end < len(s) && (s[end] == '\r' || s[end] == '\n') {
			end++
		}
		return end
	}
	if k&space == 0 {
		return i
	}
	end := c.run(s, i, space)
	for j := end - 1; j >= i; j-- {
		if s[j] == '\n' || s[j] == '\r' {
			return j + 1
		}
	}
	return blanks(s, i, end)
}
