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
	Rhyme bool // whether the model that was trained is held to the rhyme when it writes
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
	t, v, e := c.Held.Divide(len(poems), c.Validation)
	known := rhymes{}
	var heard []string
	for _, i := range t {
		ends := lineEnds(poems[i])
		known.hear(ends)
		heard = append(heard, ends)
	}
	set := collection{unit: "quatrains", train: quatrains(poems, t), validation: quatrains(poems, v), test: quatrains(poems, e)}
	w, err := set.work(c.Batch, sample.Paths("poetry")...)
	if err != nil {
		return nil, err
	}
	if c.Rhyme {
		w.kept.Rhymes = heard
	}
	w.held.judge = func(ctx context.Context, to *recipe.Writer) (train.Values, error) {
		form, rhyme, err := known.ask(ctx, to, w.kept.Length)
		if err != nil {
			return nil, err
		}
		free := *to
		free.Rule = nil
		_, unaided, err := known.ask(ctx, &free, w.kept.Length)
		return train.Values{"form": form, "rhyme": rhyme, "rhyme_unaided": unaided}, err
	}
	return w, nil
}

// ask has a model write poems, and judges them.
func (r rhymes) ask(ctx context.Context, to *recipe.Writer, most int) (form, rhyme float64, err error) {
	poems := make([]string, judged)
	for i := range poems {
		key := rng.KeyOf(0).Child("judge").At(uint64(i))
		if poems[i], err = to.Write(ctx, to.Begin, generate.Config{Most: most, Temperature: 1, Key: key}); err != nil {
			return 0, 0, err
		}
	}
	form, rhyme = r.judge(poems)
	return form, rhyme, nil
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
