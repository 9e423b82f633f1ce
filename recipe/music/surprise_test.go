package music

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// The mean is the likelihood that the test measures, and the step is the one that a model was most wrong about.
func TestSurpriseOfAPiece(t *testing.T) {
	r := music.Roll{{60}, {60, 64, 67}, {60}, {}, {59, 62}}
	b, err := (&pieces{rolls: []music.Roll{r}}).Batch([]int{0}, 0)
	if err != nil {
		t.Fatal(err)
	}
	z := make([]float32, len(r)*music.Keys)
	rng.KeyOf(3).Normal(z)
	z[2*music.Keys+60-music.Lowest] = -30 // it was sure that this key rests
	z[2*music.Keys+72-music.Lowest] = 20  // and that this one sounds
	s := surpriseOf(tensor.Of(z, 1, len(r), music.Keys), b.Y)
	var l likelihood
	l.Add(tensor.Of(z, 1, len(r), music.Keys), b.Y)
	if math.Abs(s.mean-l.Value()) > 1e-4 {
		t.Errorf("%v a step, want %v", s.mean, l.Value())
	}
	sounds := false
	for _, k := range s.thought {
		sounds = sounds || k == 72
	}
	if s.at != 2 || s.most < 50 || !sounds {
		t.Errorf("%+v, want step 2, of 50 nats and more, where key 72 was to sound", s)
	}
	if got := pressed(b.Y.Floats()); len(got) != len(r) || chord(got[1]) != "C4 E4 G4" || chord(got[3]) != "nothing" {
		t.Errorf("the piece is read as %v", got)
	}
}
