package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A textSample is a metric of texts with golden cases: the attributes candidates and references and the array value.
type textSample struct {
	name, called, golden string
	fresh                func() TextMetric
	like                 func(c *check.Case) TextMetric // the metric of a case; a fresh one, if nil
	misuse               func() (m TextMetric, says string)
}

func (s textSample) title() string { return s.name }

func (s textSample) test(t *testing.T) {
	m := s.fresh()
	if m.Name() != s.called {
		t.Errorf("it is called %q, want %q", m.Name(), s.called)
	}
	wantText(t, "of nothing", m, math.NaN())
	for _, c := range cases(t, s.golden+"/") {
		fresh := s.fresh
		if s.like != nil {
			fresh = func() TextMetric { return s.like(c) }
		}
		var candidates []string
		var references [][]string
		c.Attr("candidates", &candidates)
		c.Attr("references", &references)
		a, b, d, none := fresh(), fresh(), fresh(), fresh()
		for i, text := range candidates {
			a.AddText(text, references[i]...)
			if i < len(candidates)/3 {
				b.AddText(text, references[i]...)
			} else {
				d.AddText(text, references[i]...)
			}
		}
		wantGolden(t, s.name, c, a.Value())
		b.Merge(d)
		b.Merge(fresh())
		none.Merge(b)
		wantText(t, c.Name+" merged", b, a.Value())
		wantText(t, c.Name+" merged into nothing", none, a.Value())
		a.Reset()
		wantText(t, c.Name+" after Reset", a, math.NaN())
	}
	if err := tensor.Catch(func() { m.AddText("alone") }); err == nil || !strings.Contains(err.Error(), "a candidate without a reference") {
		t.Errorf("without a reference: %v", err)
	}
	if err := tensor.Catch(func() { m.Merge(otherText{}) }); err == nil {
		t.Error("it merged a stranger")
	}
	if s.misuse != nil {
		m, says := s.misuse()
		if err := tensor.Catch(func() { m.AddText("a", "a") }); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("misuse: error %v, want one that says %q", err, says)
		}
	}
}

func wantText(t *testing.T, when string, m TextMetric, want float64) {
	t.Helper()
	if got := m.Value(); math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s: %v, want %v", when, got, want)
	}
}

type otherText struct{}

func (otherText) Name() string              { return "" }
func (otherText) AddText(string, ...string) {}
func (otherText) Merge(TextMetric)          {}
func (otherText) Value() float64            { return 0 }
func (otherText) Reset()                    {}

var _ = register(textSample{
	name: "BLEU", called: "bleu", golden: "BLEU", fresh: func() TextMetric { return &BLEU{} },
	like: func(c *check.Case) TextMetric {
		return &BLEU{
			Tokenizer: text(c, "tokenizer"), Lowercase: yes(c, "lowercase"), Order: int(number(c, "order")),
			Smoothing: text(c, "smoothing"), Smooth: number(c, "smooth"), EffectiveOrder: yes(c, "effective"),
		}
	},
	misuse: func() (TextMetric, string) { return &BLEU{Tokenizer: "ja"}, `no tokenizer is called "ja"` },
})

var _ = register(textSample{
	name: "CHRF", called: "chrf", golden: "CHRF", fresh: func() TextMetric { return &CHRF{} },
	like: func(c *check.Case) TextMetric {
		return &CHRF{
			CharOrder: int(number(c, "char_order")), WordOrder: int(number(c, "word_order")), Beta: number(c, "beta"),
			Lowercase: yes(c, "lowercase"), Whitespace: yes(c, "whitespace"),
		}
	},
})

var _ = register(textSample{
	name: "TranslationEditRate", called: "ter", golden: "TranslationEditRate", fresh: func() TextMetric { return &TranslationEditRate{} },
	like: func(c *check.Case) TextMetric {
		return &TranslationEditRate{Normalize: yes(c, "normalized"), NoPunctuation: yes(c, "no_punct"), CaseSensitive: yes(c, "case_sensitive")}
	},
})

var _ = register(textSample{
	name: "ROUGE", called: "rouge1", golden: "ROUGE", fresh: func() TextMetric { return &ROUGE{} },
	like:   func(c *check.Case) TextMetric { return &ROUGE{Of: text(c, "of"), Stem: yes(c, "stem")} },
	misuse: func() (TextMetric, string) { return &ROUGE{Of: "W"}, `Of is "W"; want 1 to 9, L or Lsum` },
})

var _ = register(textSample{
	name: "SquadExactMatch", called: "squad_exact_match", golden: "SquadExactMatch", fresh: func() TextMetric { return &SquadExactMatch{} },
})

var _ = register(textSample{
	name: "SquadF1", called: "squad_f1", golden: "SquadF1", fresh: func() TextMetric { return &SquadF1{} },
})

var _ = register(textSample{
	name: "CmrcExactMatch", called: "cmrc_exact_match", golden: "CmrcExactMatch", fresh: func() TextMetric { return &CmrcExactMatch{} },
})

var _ = register(textSample{
	name: "CmrcF1", called: "cmrc_f1", golden: "CmrcF1", fresh: func() TextMetric { return &CmrcF1{} },
})

var _ = register(textSample{
	name: "WordErrorRate", called: "wer", golden: "WordErrorRate", fresh: func() TextMetric { return &WordErrorRate{} },
})

var _ = register(textSample{
	name: "CharErrorRate", called: "cer", golden: "CharErrorRate", fresh: func() TextMetric { return &CharErrorRate{} },
})

var _ = register(textSample{
	name: "MatchErrorRate", called: "mer", golden: "MatchErrorRate", fresh: func() TextMetric { return &MatchErrorRate{} },
})

var _ = register(textSample{
	name: "WordInfoLost", called: "wil", golden: "WordInfoLost", fresh: func() TextMetric { return &WordInfoLost{} },
})

var _ = register(textSample{
	name: "WordInfoPreserved", called: "wip", golden: "WordInfoPreserved", fresh: func() TextMetric { return &WordInfoPreserved{} },
})

var _ = register(textSample{
	name: "EditDistance", called: "edit_distance", golden: "EditDistance", fresh: func() TextMetric { return &EditDistance{} },
})

var _ = register(textSample{
	name: "ExtendedEditDistance", called: "eed", golden: "ExtendedEditDistance", fresh: func() TextMetric { return &ExtendedEditDistance{} },
})

// TestStem: the stems are NLTK's.
func TestStem(t *testing.T) {
	c := cases(t, "Stem/words")[0]
	var words, stems []string
	c.Attr("words", &words)
	c.Attr("stems", &stems)
	for i, w := range words {
		if got := stem(w); got != stems[i] {
			t.Errorf("the stem of %s is %s, want %s", w, got, stems[i])
		}
	}
}

// TestROUGESides: precision and recall, too, are rouge_score's.
func TestROUGESides(t *testing.T) {
	for _, c := range cases(t, "ROUGE/") {
		m := ROUGE{Of: text(c, "of"), Stem: yes(c, "stem")}
		var candidates []string
		var references [][]string
		c.Attr("candidates", &candidates)
		c.Attr("references", &references)
		for i, s := range candidates {
			m.AddText(s, references[i]...)
		}
		if p, r := c.Float64("precision")[0], c.Float64("recall")[0]; math.Abs(m.Precision()-p) > 1e-12 || math.Abs(m.Recall()-r) > 1e-12 {
			t.Errorf("%s: precision %v and recall %v, want %v and %v", c.Name, m.Precision(), m.Recall(), p, r)
		}
	}
}

// TestAlignment: of several least alignments the counts are those of jiwer.
func TestAlignment(t *testing.T) {
	var w WordErrorRate
	var e CharErrorRate
	for _, m := range []interface {
		TextMetric
		Hits() int
		Substitutions() int
		Deletions() int
		Insertions() int
	}{&w, &e} {
		name := "WordErrorRate/speech"
		if m.Name() == "cer" {
			name = "CharErrorRate/speech"
		}
		c := cases(t, name)[0]
		var candidates []string
		var references [][]string
		c.Attr("candidates", &candidates)
		c.Attr("references", &references)
		for i, s := range candidates {
			m.AddText(s, references[i]...)
		}
		want := c.Int64("counts")
		for i, got := range []int{m.Hits(), m.Substitutions(), m.Deletions(), m.Insertions()} {
			if int64(got) != want[i] {
				t.Errorf("%s: count %d is %d, want %v", m.Name(), i, got, want)
			}
		}
	}
}

// TestNearest: of several references the nearest counts.
func TestNearest(t *testing.T) {
	var w WordErrorRate
	w.AddText("a b c", "x y z", "a b d", "a")
	if w.Value() != 1./3 {
		t.Errorf("%v, want a third", w.Value())
	}
	if err := tensor.Catch(func() { (&BLEU{Smoothing: "laplace"}).AddText("a", "a") }); err == nil || !strings.Contains(err.Error(), "no smoothing is called") {
		t.Errorf("an unknown smoothing: %v", err)
	}
	var p BLEU
	p.AddText("the cat sat", "the cat sat on a mat")
	if v := p.Precisions(); len(v) != 4 || v[0] != 1 || v[2] != 1 || !math.IsNaN(v[3]) {
		t.Errorf("precisions %v", v)
	}
}
