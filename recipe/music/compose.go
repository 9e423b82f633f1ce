package music

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A composer answers questions by a model.
type composer struct {
	composing
	model nn.Layer
}

// answer composes: something new, something in the key that the text names, or what goes on from the MIDI file.
func (c composer) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	key := rng.KeyOf(q.Seed).Child("compose")
	switch {
	case q.File != "":
		p, err := c.goOn(ctx, q.File, key)
		return []recipe.Prediction{p}, err
	case q.Text != "":
		p, err := c.inKey(ctx, q.Text, key)
		return []recipe.Prediction{p}, err
	}
	var all []recipe.Prediction
	for i := range max(q.Most, 1) {
		r, err := c.compose(ctx, nil, key.At(uint64(i)))
		if err != nil {
			return nil, err
		}
		all = append(all, c.shown("", r))
	}
	return all, nil
}

// goOn goes on with the music of a file, in its key.
func (c composer) goOn(ctx context.Context, file string, key rng.Key) (recipe.Prediction, error) {
	s, err := music.Open(file)
	if err != nil {
		return recipe.Prediction{}, fmt.Errorf("%w; this model takes MIDI files", err)
	}
	r := s.Roll(1/float64(c.Steps), longest)
	if len(r) == 0 {
		return recipe.Prediction{}, fmt.Errorf("%s: %w", file, errShort)
	}
	up := 0
	if c.CommonKey {
		up = offset(r.Key())
	}
	r, err = c.compose(ctx, r.Transpose(-up), key)
	return c.shown(file, r.Transpose(up)), err
}

// tries is how often something is composed until it is in major, or in minor, as it was wanted.
const tries = 20

// inKey composes something in a key.
func (c composer) inKey(ctx context.Context, name string, key rng.Key) (recipe.Prediction, error) {
	tonic, minor, err := keyOf(name)
	if err != nil {
		return recipe.Prediction{}, err
	}
	for i := range uint64(tries) {
		r, err := c.compose(ctx, nil, key.At(i))
		if err != nil {
			return recipe.Prediction{}, err
		}
		if is, inMinor := r.Key(); inMinor == minor {
			return c.shown(name, r.Transpose((tonic-is+18)%12-6)), nil
		}
	}
	return recipe.Prediction{}, fmt.Errorf("nothing that was composed is in %s; try another --seed", said(tonic, minor))
}

// compose goes on with music of the model's own key.
func (c composer) compose(ctx context.Context, begun music.Roll, key rng.Key) (music.Roll, error) {
	r := slices.Clone(begun)
	u := make([]float32, music.Keys)
	params := nn.Params(c.model)
	for i := range c.Compose {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		from := max(0, len(r)+1-c.Length)
		x := make([]float32, (len(r)-from+1)*music.Keys) // begins with silence, or with what sounded before
		press(x[music.Keys:], r[from:])
		if from > 0 {
			press(x, r[from-1:from])
		}
		var z []float32
		err := tensor.Catch(func() {
			p := nn.NewPass(nn.PassConfig{Params: params})
			defer p.Close()
			y := c.model.Forward(p, p.Input(tensor.Of(x, 1, len(x)/music.Keys, music.Keys)))
			z = y.Slice(1, y.Dim(1)-1, y.Dim(1)).Contiguous().Floats()
		})
		if err != nil {
			return nil, err
		}
		key.At(uint64(i)).Uniform(u)
		var now []int
		for k, likely := range tempered(z, c.Temperature) {
			if float64(u[k]) < likely {
				now = append(now, music.Lowest+k)
			}
		}
		r = append(r, now)
	}
	return r, nil
}

// tempered returns the probabilities of keys, by logits over the temperature and moved together so that as many keys are to be expected
// as before.
func tempered(z []float32, temperature float64) []float64 {
	p := make([]float64, len(z))
	expect := func(temperature, moved float64) (sum float64) {
		for k, v := range z {
			p[k] = 1 / (1 + math.Exp(-float64(v)/temperature-moved))
			sum += p[k]
		}
		return sum
	}
	want := expect(1, 0)
	lo, hi := -100.0, 100.0
	for range 60 {
		if middle := (lo + hi) / 2; expect(temperature, middle) < want {
			lo = middle
		} else {
			hi = middle
		}
	}
	expect(temperature, (lo+hi)/2)
	return p
}

// rate is how many samples a second of what is composed has.
const rate = 22050

// program is the instrument of a MIDI file: General MIDI's church organ.
const program = 19

// shown returns music as a MIDI file, as sound and as a picture.
func (c composer) shown(label string, r music.Roll) recipe.Prediction {
	s := r.Score(1/float64(c.Steps), c.Tempo)
	name := strings.TrimSuffix(filepath.Base(label), filepath.Ext(label))
	if label == "" {
		name = "composed"
	}
	var mid, wav bytes.Buffer
	// Neither fails in memory: the notes are those of a piano, and the sound is short.
	errMid := s.Write(&mid, program)
	errWav := (&audio.Sound{Rate: rate, Channels: [][]float32{s.Play(rate)}}).WriteWAV(&wav)
	p := recipe.Prediction{Input: label, Text: c.told(r)}
	if errMid == nil && errWav == nil {
		p.Made = []recipe.Made{{Name: name + ".mid", Data: mid.Bytes()}, {Name: name + ".wav", Data: wav.Bytes()}, {Name: name + ".png", Data: drawn(r, 4*c.Steps)}}
	}
	return p
}

// told returns a piece in words.
func (c composer) told(r music.Roll) string {
	keys := 0
	for _, now := range r {
		keys += len(now)
	}
	seconds := float64(len(r)) / float64(c.Steps) * 60 / c.Tempo
	return fmt.Sprintf("%d steps in %s, %.0f seconds, %.1f keys at a time", len(r), said(r.Key()), seconds, float64(keys)/float64(len(r)))
}

var tones = []string{"C", "C#", "D", "E flat", "E", "F", "F#", "G", "A flat", "A", "B flat", "B"}

func said(tonic int, minor bool) string {
	if minor {
		return tones[tonic] + " minor"
	}
	return tones[tonic] + " major"
}

// keyOf returns the key that a text names: "G major", "d minor", "F#", "Bb", "E flat major", "Am".
func keyOf(text string) (tonic int, minor bool, err error) {
	rest := strings.ToLower(strings.TrimSpace(text))
	bad := fmt.Errorf("%q is no key; this model takes one such as \"G major\", \"D minor\" or \"B flat major\", or a MIDI file to go on with", text)
	if rest == "" || rest[0] < 'a' || rest[0] > 'g' {
		return 0, false, bad
	}
	tonic = []int{9, 11, 0, 2, 4, 5, 7}[rest[0]-'a']
	rest = strings.TrimSpace(rest[1:])
	for mark, by := range map[string]int{"#": 1, "♯": 1, "sharp": 1, "♭": -1, "flat": -1} {
		if cut, ok := strings.CutPrefix(rest, mark); ok {
			tonic, rest = tonic+by, strings.TrimSpace(cut)
			break
		}
	}
	if cut, ok := strings.CutPrefix(rest, "b"); ok {
		tonic, rest = tonic-1, strings.TrimSpace(cut)
	}
	switch rest {
	case "", "major", "maj":
	case "minor", "min", "m":
		minor = true
	default:
		return 0, false, bad
	}
	return (tonic + 12) % 12, minor, nil
}
