package music

import "math"

// How a note sounds: its overtones, and how long it takes to come, to fade by a factor of e, and to go, in seconds.
var overtones = []float64{1, 0.5, 0.28, 0.16, 0.1, 0.06, 0.03}

const (
	coming  = 0.015
	fading  = 2.5
	going   = 0.12
	loudest = 0.8 // of full scale
)

// MaxSeconds is how much music is played at most.
const MaxSeconds = 3600

// Play returns the samples of the score, so many a second, on an instrument between a harpsichord and an organ. The loudest place has
// 0.8 of full scale.
func (s *Score) Play(rate int) []float32 {
	quarter := 60 / s.Tempo
	seconds := min(s.Length()*quarter+going, MaxSeconds)
	y := make([]float64, int(seconds*float64(rate)))
	for _, n := range s.Notes {
		n.play(y, rate, quarter)
	}
	top := 1e-9
	for _, v := range y {
		top = max(top, math.Abs(v))
	}
	x := make([]float32, len(y))
	for i, v := range y {
		x[i] = float32(loudest * v / top)
	}
	return x
}

// play adds a note to samples.
func (n Note) play(y []float64, rate int, quarter float64) {
	hertz := 440 * math.Pow(2, float64(n.Key-69)/12)
	from, long := int(n.Start*quarter*float64(rate)), (n.End-n.Start)*quarter
	for i := range int((long + going) * float64(rate)) {
		if from+i >= len(y) {
			return
		}
		t := float64(i) / float64(rate)
		loud := float64(n.Velocity) / 127 * min(1, t/coming) * math.Exp(-t/fading) * min(1, max(0, (long+going-t)/going))
		sum := 0.0
		for k, a := range overtones {
			if f := hertz * float64(k+1); 2*f < float64(rate) {
				sum += float64(a * math.Sin(2*math.Pi*math.Mod(f*t, 1)))
			}
		}
		y[from+i] += float64(loud * sum)
	}
}
