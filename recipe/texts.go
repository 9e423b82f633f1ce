package recipe

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/model/bagofwords"
	"github.com/jimu-ml/jimu/tensor"
)

// spam is a set of short messages.
type spam struct {
	Batches
	Held
	Words  int // how many of the commonest words are known
	Length int // words of a message; the rest is cut off
}

func (c spam) source() (Source, error) {
	if c.Words < 1 || c.Length < 1 {
		return Source{}, errorf("data", "words is %d and length %d; want 1 or more", c.Words, c.Length)
	}
	if err := c.Held.Check(); err != nil {
		return Source{}, err
	}
	return Source{Load: c.load, Reopen: Reopen[*Texts]}, c.Batches.Check()
}

func (c spam) load(context.Context) (Work, error) {
	texts, labels, err := sample.Spam()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var once []string
	var y []int64
	for i, t := range texts { // a copy must not be in the training and in the test set
		if key := strings.Join(split(t), " "); !seen[key] {
			seen[key] = true
			once, y = append(once, t), append(y, labels[i])
		}
	}
	forTraining, _, _ := c.Divide(len(once), c.Validation)
	in := &Inputs{Unit: "messages", Shape: []int{c.Length}, Classes: []string{"ham", "spam"}}
	known := &Texts{Words: commonest(once, forTraining, c.Words)}
	in.Reader, in.Tokens = known, len(known.Words)+unknownWord+1
	x := make([]int64, 0, len(once)*c.Length)
	ids := known.ids()
	for _, t := range once {
		x = append(x, encode(t, ids, c.Length)...)
	}
	all, err := data.NewTensors(tensor.Of(x, len(once), c.Length), tensor.Of(y, len(y)))
	if err != nil {
		return nil, err
	}
	return Supervise(in, c.OneSet(all, c.Held, in.Unit)), nil
}

// split returns the words of a text in lower case: runs of letters, runs of digits, all of which become 0, and single
// marks.
func split(text string) []string {
	var words []string
	last := ' '
	for _, r := range strings.ToLower(text) {
		kind := ' '
		switch {
		case unicode.IsLetter(r) || r == '\'':
			kind = 'a'
		case unicode.IsDigit(r):
			kind, r = '0', '0' // that there is a number, and how long it is, matters more than which
		case unicode.IsPunct(r) || unicode.IsSymbol(r):
			kind = '.'
		}
		switch {
		case kind == ' ':
		case kind == last && kind != '.':
			words[len(words)-1] += string(r)
		default:
			words = append(words, string(r))
		}
		last = kind
	}
	return words
}

// commonest returns the n commonest words of some texts, the commonest first.
func commonest(texts []string, index []int, n int) []string {
	count := map[string]int{}
	for _, i := range index {
		for _, w := range split(texts[i]) {
			count[w]++
		}
	}
	words := make([]string, 0, len(count))
	for w := range count {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	return words[:min(n, len(words))]
}

// unknownWord is the token of words that are not among the commonest; the words' own follow it.
const unknownWord = bagofwords.Padding + 1

func (t *Texts) ids() map[string]int64 {
	ids := make(map[string]int64, len(t.Words))
	for i, w := range t.Words {
		ids[w] = int64(i) + unknownWord + 1
	}
	return ids
}

// encode returns the tokens of a text, length of them.
func encode(text string, ids map[string]int64, length int) []int64 {
	x := make([]int64, length)
	for i, w := range split(text) {
		if i == length {
			break
		}
		x[i] = unknownWord
		if k, ok := ids[w]; ok {
			x[i] = k
		}
	}
	return x
}
