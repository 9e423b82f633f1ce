package text

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/jimu-ml/jimu/tensor"
)

// The ids that every vocabulary begins with.
const (
	Padding int64 = 0 // "<pad>": no token, only the rest of a row
	Unknown int64 = 1 // "<unk>": a word the vocabulary does not have
)

var special = []string{"<pad>", "<unk>"}

// A Vocabulary numbers words. It is safe for use by several goroutines.
type Vocabulary struct {
	words []string // by id
	ids   map[string]int64
}

// Options say which words a vocabulary takes. The zero value takes all.
type Options struct {
	Size     int // ids at most, <pad> and <unk> among them; the commonest words are kept; 0: any number
	MinCount int // leave out words that come less often
}

// NewVocabulary returns the vocabulary of texts: their words after [Normalize] and [Words], the commonest first, and of equally
// common ones the one that sorts first.
func NewVocabulary(texts []string, o Options) *Vocabulary {
	count := map[string]int{}
	for _, s := range texts {
		for _, w := range Words(Normalize(s)) {
			count[w]++
		}
	}
	maps.DeleteFunc(count, func(_ string, n int) bool { return n < o.MinCount })
	words := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	if o.Size > 0 {
		words = words[:min(len(words), max(o.Size-len(special), 0))]
	}
	v, _ := vocabulary(append(slices.Clone(special), words...))
	return v
}

// vocabulary returns the vocabulary of words by id, or an error if one comes twice.
func vocabulary(words []string) (*Vocabulary, error) {
	v := &Vocabulary{words: words, ids: make(map[string]int64, len(words))}
	for i, w := range words {
		if j, twice := v.ids[w]; twice {
			return nil, fmt.Errorf("%q has the ids %d and %d", w, j, i)
		}
		v.ids[w] = int64(i)
	}
	return v, nil
}

// Len returns the number of ids, <pad> and <unk> among them.
func (v *Vocabulary) Len() int { return len(v.words) }

// ID returns the number of a word, [Unknown] if it has none.
func (v *Vocabulary) ID(word string) int64 {
	if id, ok := v.ids[word]; ok {
		return id
	}
	return Unknown
}

// Word returns the word of a number: "<pad>", "<unk>", or one that was counted; "<unk>" for a number that is none of its own.
func (v *Vocabulary) Word(id int64) string {
	if id < 0 || id >= int64(len(v.words)) {
		id = Unknown
	}
	return v.words[id]
}

// Encode returns the ids of the words of a text after [Normalize] and [Words].
func (v *Vocabulary) Encode(s string) []int64 {
	words := Words(Normalize(s))
	ids := make([]int64, len(words))
	for i, w := range words {
		ids[i] = v.ID(w)
	}
	return ids
}

// Decode returns the words of ids, joined by spaces. Padding is left out.
func (v *Vocabulary) Decode(ids []int64) string {
	var words []string
	for _, id := range ids {
		if id != Padding {
			words = append(words, v.Word(id))
		}
	}
	return strings.Join(words, " ")
}

// Batch returns the ids of texts, a row each, and where they are: a longer text loses its end, a shorter one is filled up with
// [Padding]. A length of 0 is that of the longest text.
//
//	ids [n t] int64, mask [n t] bool
func (v *Vocabulary) Batch(texts []string, length int) (ids, mask *tensor.Tensor) {
	rows := make([][]int64, len(texts))
	longest := 0
	for i, s := range texts {
		rows[i] = v.Encode(s)
		longest = max(longest, len(rows[i]))
	}
	if length <= 0 {
		length = longest
	}
	flat := make([]int64, len(texts)*length)
	for i, row := range rows {
		copy(flat[i*length:(i+1)*length], row)
	}
	ids = tensor.Of(flat, len(texts), length)
	return ids, Mask(ids)
}

// Mask returns where ids are tokens, and not padding: ids ≠ 0, as booleans.
func Mask(ids *tensor.Tensor) *tensor.Tensor { return ids.NotEqual(ids.FullLike(float64(Padding))) }

// Write writes the words, one a line in the order of their ids, as BERT's vocab.txt does.
func (v *Vocabulary) Write(w io.Writer) error {
	if _, err := io.WriteString(w, strings.Join(v.words, "\n")+"\n"); err != nil {
		return fmt.Errorf("writing a vocabulary: %w", err)
	}
	return nil
}

// Save writes the words to a file.
func (v *Vocabulary) Save(path string) error { return save(path, v.Write) }

// save has a file written.
func save(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("writing a vocabulary: %w", err)
	}
	return errors.Join(write(f), f.Close())
}

// MaxWords is how many words a vocabulary read from a file may have.
const MaxWords = 1 << 24

// maxWord is how long a line may be. Writing without spaces makes long words.
const maxWord = 1 << 24

// ReadVocabulary reads what [Vocabulary.Write] wrote; name stands in its errors.
func ReadVocabulary(r io.Reader, name string) (*Vocabulary, error) {
	var words []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxWord)
	for lines.Scan() {
		word := lines.Text()
		if i := len(words); i < len(special) && word != special[i] {
			return nil, fmt.Errorf("reading %s: line %d is %q, not %s", name, i+1, word, special[i])
		} else if i >= len(special) && (word == "" || strings.ContainsFunc(word, unicode.IsSpace)) {
			return nil, fmt.Errorf("reading %s: line %d is %q, no word", name, i+1, word)
		} else if i == MaxWords {
			return nil, fmt.Errorf("reading %s: more than %d words", name, MaxWords)
		}
		words = append(words, word)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: line %d: %w", name, len(words)+1, err)
	}
	if len(words) < len(special) {
		return nil, fmt.Errorf("reading %s: %d lines; a vocabulary begins with <pad> and <unk>", name, len(words))
	}
	v, err := vocabulary(words)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return v, nil
}

// OpenVocabulary reads the file at path.
func OpenVocabulary(path string) (*Vocabulary, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a vocabulary: %w", err)
	}
	defer f.Close()
	return ReadVocabulary(f, path)
}
