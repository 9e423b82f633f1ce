package report

import (
	"bytes"
	"encoding/base64"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
)

// wave returns a WAV file of a tone.
func wave(t *testing.T, seconds, rate int) []byte {
	t.Helper()
	x := make([]float32, seconds*rate)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(0.1*float64(i)))
	}
	var b bytes.Buffer
	if err := (&audio.Sound{Rate: rate, Channels: [][]float32{x}}).WriteWAV(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A short sound stays as it is, a long one is cut, and a page has no more than it can carry.
func TestSoundsOfAPage(t *testing.T) {
	var c contents
	short := wave(t, 1, 8000)
	if s := c.show(recipe.Prediction{Made: []recipe.Made{{Name: "a.wav", Data: short}}}); len(s.Sounds) != 1 || s.Note != "" ||
		string(s.Sounds[0]) != "data:audio/wav;base64,"+base64.StdEncoding.EncodeToString(short) {
		t.Errorf("a short sound: %d, %q", len(s.Sounds), s.Note)
	}
	long, total, heard := wave(t, 60, 22050), 0, 0
	for range 8 {
		s := c.show(recipe.Prediction{Made: []recipe.Made{{Name: "b.wav", Data: long}}})
		for _, url := range s.Sounds {
			_, text, _ := strings.Cut(string(url), ",")
			wav, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			if one, err := audio.Read(bytes.NewReader(wav), "b.wav"); err != nil || one.Seconds() != played {
				t.Errorf("a long sound is %v s on the page; %v", one.Seconds(), err)
			}
			total, heard = total+len(wav), heard+1
		}
		if want := map[bool]string{true: "the first 20 seconds", false: "left out"}[len(s.Sounds) > 0]; !strings.Contains(s.Note, want) {
			t.Errorf("it says %q; want %q", s.Note, want)
		}
	}
	if heard < 2 || total > mostSound {
		t.Errorf("the page has %d long sounds of %d bytes", heard, total)
	}
}

// Every number that an application measures is explained.
func TestMeanings(t *testing.T) {
	seen := map[string]string{}
	for _, name := range strings.Fields("accuracy accuracy_spam ahead_error ap50_RBC bits_per_character bleu bleu_2017 bleu_coco copy_error " +
		"exact_match f1 fid fid_real form lead_rouge1 loss_of_new mae map map50 mse new_pairs next_error nll oracle_rougel overlap_exact_match " +
		"perplexity preferred preferred_before r2 rhyme rmse rouge1 rouge2 rougel sentence_f1 still_error top5 wer wer_beams") {
		m := meaning(name)
		if m == "" || strings.Contains(m, "%") || seen[m] != "" {
			t.Errorf("%s is explained as %q, as %s is", name, m, seen[m])
		}
		seen[m] = name
	}
	if m := meaning("nonsense_of_it"); m != "" {
		t.Errorf("nonsense is explained as %q", m)
	}
}

// Numbers that are measured scaled are not said to be in their unit.
func TestMeaningOfScaledNumbers(t *testing.T) {
	res := &recipe.Result{Metrics: map[string]float64{"mae": 0.4}}
	if in := measures(res, false)[0].Means; in != "mean absolute error, in the unit of the target" {
		t.Errorf("%q", in)
	}
	if in := measures(res, true)[0].Means; in != "mean absolute error, in standard deviations of the columns" {
		t.Errorf("%q", in)
	}
}
