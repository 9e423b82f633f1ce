package language

import (
	"context"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/train"
)

// poetry is quatrains of the Tang. Longer poems are cut into quatrains, as poets did who made a new poem of half an old one;
// all of a poem is on the same side of the division.
type poetry struct {
	recipe.Batches
	recipe.Held
}

// judged is how many samples the form is looked for in.
const judged = 200

func (c poetry) source() (recipe.Source, error) {
	if err := c.Held.Check(); err != nil {
		return recipe.Source{}, err
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, c.Batches.Check()
}

func (c poetry) load(context.Context) (recipe.Work, error) {
	poems, err := sample.TangPoems()
	if err != nil {
		return nil, err
	}
	t, v, e := recipe.Divide(len(poems), c.Validation, c.Test)
	known := rhymes{}
	for _, i := range t {
		known.hear(poems[i])
	}
	set := collection{unit: "quatrains", train: quatrains(poems, t), validation: quatrains(poems, v), test: quatrains(poems, e)}
	w, err := set.work(c.Batch)
	if err != nil {
		return nil, err
	}
	w.held.judge = func(ctx context.Context, to *recipe.Writer) (train.Values, error) {
		poems := make([]string, judged)
		for i := range poems {
			key := rng.KeyOf(0).Child("judge").At(uint64(i))
			var err error
			if poems[i], err = to.Write(ctx, to.Begin, generate.Config{Most: w.kept.Length, Temperature: 1, Key: key}); err != nil {
				return nil, err
			}
		}
		form, rhyme := known.judge(poems)
		return train.Values{"form": form, "rhyme": rhyme}, nil
	}
	return w, nil
}

// quatrains returns the quatrains of some poems, each as a text such as "春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。", with its marks.
func quatrains(poems [][][2]string, index []int) (all []string) {
	for _, i := range index {
		for p := poems[i]; len(p) >= 2; p = p[2:] {
			all = append(all, p[0][0]+"，"+p[0][1]+"。"+p[1][0]+"，"+p[1][1]+"。")
		}
	}
	return all
}

// lined returns the lines of a text that keeps the form of a quatrain: four of five characters or four of seven, with a comma
// behind the first and the third, and a full stop behind the others; nil if it does not.
func lined(poem string) [][]rune {
	var lines [][]rune
	for couplet := range strings.SplitSeq(strings.TrimSuffix(poem, "。"), "。") {
		for line := range strings.SplitSeq(couplet, "，") {
			lines = append(lines, []rune(line))
		}
	}
	if len(lines) != 4 || len(lines[0]) != 5 && len(lines[0]) != 7 {
		return nil
	}
	for _, line := range lines {
		if len(line) != len(lines[0]) {
			return nil
		}
	}
	if whole := string(lines[0]) + "，" + string(lines[1]) + "。" + string(lines[2]) + "，" + string(lines[3]) + "。"; whole != poem {
		return nil
	}
	return lines
}

// rhymes says which characters rhyme: those that stand at the ends of the even lines of one poem. There is no table of the
// sounds of the Tang here.
type rhymes map[rune]map[rune]bool

// hear learns the rhymes of a poem.
func (r rhymes) hear(poem [][2]string) {
	var last []rune
	for _, couplet := range poem {
		line := []rune(couplet[1])
		last = append(last, line[len(line)-1])
	}
	for _, a := range last {
		for _, b := range last {
			if a == b {
				continue
			}
			if r[a] == nil {
				r[a] = map[rune]bool{}
			}
			r[a][b] = true
		}
	}
}

// commonRhymes is how many characters must rhyme with both of two that were not heard to rhyme with each other.
const commonRhymes = 3

// rhyme reports whether two characters rhyme.
func (r rhymes) rhyme(a, b rune) bool {
	if a == b || r[a][b] {
		return a != b
	}
	common := 0
	for c := range r[a] {
		if r[b][c] {
			common++
		}
	}
	return common >= commonRhymes
}

// judge returns the share of poems that keep the form, and of those the share whose second and fourth lines rhyme.
func (r rhymes) judge(poems []string) (form, rhyme float64) {
	for _, poem := range poems {
		lines := lined(poem)
		if lines == nil {
			continue
		}
		form++
		if last := len(lines[0]) - 1; r.rhyme(lines[1][last], lines[3][last]) {
			rhyme++
		}
	}
	return form / float64(len(poems)), rhyme / max(form, 1)
}
