package textgenrnn

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Edge is the token before a text, and behind it.
const Edge = "<s>"

// A Vocabulary says which number each character has. 0 is no character.
type Vocabulary struct {
	numbers map[string]int64
	texts   []string
}

// ReadVocabulary reads textgenrnn's JSON, an object of characters and their numbers from 1 on.
func ReadVocabulary(r io.Reader) (*Vocabulary, error) {
	v := &Vocabulary{}
	if err := json.NewDecoder(r).Decode(&v.numbers); err != nil {
		return nil, fmt.Errorf("the vocabulary: %w", err)
	}
	v.texts = make([]string, len(v.numbers)+1)
	for text, n := range v.numbers {
		if n < 1 || n >= int64(len(v.texts)) || v.texts[n] != "" {
			return nil, fmt.Errorf("the vocabulary has %d for %q, and %d characters", n, text, len(v.numbers))
		}
		v.texts[n] = text
	}
	if v.numbers[Edge] == 0 {
		return nil, fmt.Errorf("the vocabulary has no %s", Edge)
	}
	return v, nil
}

// Len returns how many tokens there are, with 0.
func (v *Vocabulary) Len() int { return len(v.texts) }

// Encode returns the numbers of the last characters of a text that begins, so many of them, with 0 before if they are fewer.
func (v *Vocabulary) Encode(text string, length int) []int64 {
	all := []int64{v.numbers[Edge]}
	for _, r := range text {
		all = append(all, v.numbers[string(r)])
	}
	return window(all, length)
}

func window(ids []int64, length int) []int64 {
	out := make([]int64, length)
	if len(ids) > length {
		ids = ids[len(ids)-length:]
	}
	copy(out[length-len(ids):], ids)
	return out
}

// GenerateConfig says how a text is written.
type GenerateConfig struct {
	Prefix      string    // what it begins with
	Temperature []float64 // of each character in turn, over and over; 0 takes the likeliest; 0.5 if there are none
	Most        int       // characters; 300 if 0
	Length      int       // characters that the network sees; [Length] if 0
	Key         rng.Key   // of the draws
}

// Generate writes a text, character by character, until the model ends it. Characters are drawn as textgenrnn draws them: by
// probabilities p^(1/T), made to sum to 1, where T is the temperature; of no character, the second likeliest is taken.
func (m *Model) Generate(v *Vocabulary, c GenerateConfig) (string, error) {
	if n := m.Embedding.Weight.Value.Dim(0); n != v.Len() {
		return "", fmt.Errorf("the model has %d tokens, and the vocabulary %d", n, v.Len())
	}
	if len(c.Temperature) == 0 {
		c.Temperature = []float64{0.5}
	}
	if c.Most == 0 {
		c.Most = 300
	}
	if c.Length == 0 {
		c.Length = Length
	}
	if c.Most < 0 || c.Length < 0 {
		return "", errors.New("a text of fewer than no characters")
	}
	ids := []int64{v.numbers[Edge]}
	for _, r := range c.Prefix {
		ids = append(ids, v.numbers[string(r)])
	}
	text := strings.Builder{}
	text.WriteString(c.Prefix)
	for len(ids) < c.Most {
		p, err := m.probabilities(window(ids, c.Length))
		if err != nil {
			return "", err
		}
		step := len(ids) - 1
		next := draw(p, c.Temperature[step%len(c.Temperature)], c.Key.Float64At(uint64(step)))
		if v.texts[next] == Edge {
			break
		}
		ids = append(ids, int64(next))
		text.WriteString(v.texts[next])
	}
	return text.String(), nil
}

// probabilities returns those of what follows ids.
func (m *Model) probabilities(ids []int64) (p []float32, err error) {
	err = tensor.Catch(func() {
		pass := nn.NewPass(nn.PassConfig{})
		defer pass.Close()
		p = op.Softmax(m.Forward(pass, pass.Input(tensor.Of(ids, 1, len(ids)))), -1).Floats()
	})
	return p, err
}

// draw returns a token, by a number u that is even in [0, 1).
func draw(p []float32, temperature, u float64) int {
	best, second := 0, 0
	for i := range p {
		if p[i] > p[best] {
			best = i
		}
	}
	if second == best {
		second = min(1, len(p)-1)
	}
	for i := range p {
		if i != best && p[i] > p[second] {
			second = i
		}
	}
	if temperature <= 0 {
		return best
	}
	const ε = 1e-7 // Keras's, so that no logarithm is of 0
	weights, sum := make([]float64, len(p)), 0.0
	for i, v := range p {
		weights[i] = math.Exp((math.Log(float64(v)+ε) - math.Log(float64(p[best])+ε)) / temperature)
		sum += weights[i]
	}
	for i, w := range weights {
		if u -= w / sum; u < 0 {
			if i == 0 {
				return second
			}
			return i
		}
	}
	return best
}
