package token

import "unicode/utf8"

// A scanner returns where the match that begins at byte i of s ends. The patterns that it stands for match everywhere.
type scanner func(c *classes, s []byte, i int) int

// The split patterns of published tokenizers that are scanned by hand. Their letters ſ, which folds to s, count as in the reference.
const (
	patternGPT2   = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	patternGPT2b  = `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	patternCL100K = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	patternQwen2  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	patternO200K  = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|` +
		`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|` +
		`\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

var scanners = map[string]scanner{
	patternGPT2:     scanGPT2,
	patternGPT2b:    scanGPT2,
	patternCL100K:   func(c *classes, s []byte, i int) int { return scanCL100K(c, s, i, 3) },
	patternQwen2:    func(c *classes, s []byte, i int) int { return scanCL100K(c, s, i, 1) },
	patternO200K:    scanO200K,
	patternTiktoken: scanTiktoken,
}

// contraction returns the length of 's, 't, 're, 've, 'm, 'll or 'd at byte i, or 0.
func contraction(s []byte, i int, anyCase bool) int {
	if i+1 >= len(s) || s[i] != '\'' {
		return 0
	}
	low := func(j int) byte {
		if j >= len(s) {
			return 0
		}
		if b := s[j]; anyCase && b >= 'A' && b <= 'Z' {
			return b + 'a' - 'A'
		}
		return s[j]
	}
	switch a, b := low(i+1), low(i+2); {
	case a == 's', a == 't', a == 'm', a == 'd':
		return 2
	case a == 'r' && b == 'e', a == 'v' && b == 'e', a == 'l' && b == 'l':
		return 3
	case anyCase && a == 0xc5 && b == 0xbf: // ſ
		return 3
	}
	return 0
}

// blanks returns the end of white space at byte i that ends before j: all of it at the end of the text, else all but the last, unless
// there is one only: \s+(?!\S)|\s+.
func blanks(s []byte, i, j int) int {
	if j == len(s) {
		return j
	}
	_, n := utf8.DecodeLastRune(s[i:j])
	if j-n > i {
		return j - n
	}
	return j
}

func scanGPT2(c *classes, s []byte, i int) int {
	if n := contraction(s, i, false); n > 0 {
		return i + n
	}
	k, _ := c.at(s, i)
	j := i
	if s[i] == ' ' {
		if k2, _ := c.at(s, i+1); i+1 < len(s) && k2&space == 0 {
			j, k = i+1, k2
		}
	}
	switch {
	case k&space != 0:
		return blanks(s, i, c.run(s, i, space))
	case k&letter != 0:
		return c.run(s, j, letter)
	case k&number != 0:
		return c.run(s, j, number)
	}
	return c.runNot(s, j, space|letter|number)
}

// scanTiktoken is scanCL100K, but for white space at the end of a text, which stays together.
func scanTiktoken(c *classes, s []byte, i int) int {
	if k, _ := c.at(s, i); k&space != 0 && c.run(s, i, space) == len(s) {
		return len(s)
	}
	return scanCL100K(c, s, i, 3)
}

func scanCL100K(c *classes, s []byte, i, digits int) int {
	if n := contraction(s, i, true); n > 0 {
		return i + n
	}
	k, n := c.at(s, i)
	if k&letter != 0 {
		return c.run(s, i, letter)
	}
	if k&number == 0 && s[i] != '\r' && s[i] != '\n' {
		if k2, _ := c.at(s, i+n); k2&letter != 0 {
			return c.run(s, i+n, letter)
		}
	}
	return scanRest(c, s, i, digits, "\r\n")
}

// scanRest is what the newer patterns have in common behind their letters: digits, other signs with the given bytes behind them,
// and white space.
func scanRest(c *classes, s []byte, i, digits int, tail string) int {
	k, n := c.at(s, i)
	if k&number != 0 {
		j := i + n
		for range digits - 1 {
			k, n := c.at(s, j)
			if k&number == 0 {
				break
			}
			j += n
		}
		return j
	}
	j := i
	if s[i] == ' ' {
		if k2, _ := c.at(s, i+1); i+1 < len(s) && k2&(space|letter|number) == 0 {
			j, k = i+1, k2
		}
	}
	if k&space == 0 {
		j = c.runNot(s, j, space|letter|number)
		for j < len(s) && (s[j] == tail[0] || s[j] == tail[1] || len(tail) > 2 && s[j] == tail[2]) {
			j++
		}
		return j
	}
	end := c.run(s, i, space)
	for j := end - 1; j >= i; j-- {
		if s[j] == '\n' || s[j] == '\r' {
			return j + 1
		}
	}
	return blanks(s, i, end)
}

// inUpper and inLower are the two classes of letters of o200k, which overlap.
func inUpper(k uint16) bool { return k&(letter|mark) != 0 && k&lower == 0 }
func inLower(k uint16) bool { return k&(letter|mark) != 0 && k&upper == 0 }

func scanO200K(c *classes, s []byte, i int) int {
	k, n := c.at(s, i)
	before := k&(letter|number) == 0 && s[i] != '\r' && s[i] != '\n' // whether the letter may stand before a word
	for _, scan := range []func(*classes, []byte, int) int{scanLower, scanUpper} {
		j := 0
		if before {
			j = scan(c, s, i+n)
		}
		if j == 0 {
			j = scan(c, s, i)
		}
		if j > 0 {
			return j + contraction(s, j, true)
		}
	}
	return scanRest(c, s, i, 3, "\r\n/")
}

// scanLower returns where upper-case letters and then at least one lower-case one end; 0 if they do not stand at byte i.
func scanLower(c *classes, s []byte, i int) int {
	j, last := i, 0 // last: the end of the last letter that counts as lower case too
	for j < len(s) {
		k, n := c.at(s, j)
		if !inUpper(k) {
			break
		}
		j += n
		if inLower(k) {
			last = j
		}
	}
	if end := c.lowers(s, j); end > j {
		return end
	}
	return last
}

// scanUpper returns where at least one upper-case letter and then lower-case ones end; 0 if they do not stand at byte i.
func scanUpper(c *classes, s []byte, i int) int {
	j := i
	for j < len(s) {
		k, n := c.at(s, j)
		if !inUpper(k) {
			break
		}
		j += n
	}
	if j == i {
		return 0
	}
	return c.lowers(s, j)
}

func (c *classes) lowers(s []byte, j int) int {
	for j < len(s) {
		k, n := c.at(s, j)
		if !inLower(k) {
			break
		}
		j += n
	}
	return j
}

// wordRuns is \w+|[^\w\s]+.
type wordRuns struct{}

func (wordRuns) find(to []match, s []byte) ([]match, error) {
	c := loadClasses()
	for i := 0; i < len(s); {
		k, _ := c.at(s, i)
		var j int
		switch {
		case k&wordy != 0:
			j = c.run(s, i, wordy)
		case k&space != 0:
			j = c.run(s, i, space)
		default:
			j = c.runNot(s, i, wordy|space)
		}
		to = append(to, match{i, j, k&wordy != 0 || k&space == 0})
		i = j
	}
	return to, nil
}
