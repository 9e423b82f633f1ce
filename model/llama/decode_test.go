package llama

import (
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// BenchmarkDecode makes one token after another with a decoder of the size of stories15M.
func BenchmarkDecode(b *testing.B) {
	for name, c := range map[string]Config{
		"260K": {Layers: 5, Width: 64, Heads: 8, Groups: 4, Hidden: 172, Tied: true},
		"15M":  {Layers: 6, Width: 288, Heads: 6, Hidden: 768, Tied: true},
	} {
		b.Run(name, func(b *testing.B) {
			v := 32000
			if name == "260K" {
				v = 512
			}
			m, err := New(rng.New(1), v, c)
			if err != nil {
				b.Fatal(err)
			}
			caches := m.Caches(256)
			for b.Loop() {
				if caches[0].Len() == 256 {
					for _, c := range caches {
						c.Truncate(1)
					}
				}
				p := nn.NewPass(nn.PassConfig{})
				m.Decode(p, p.Input(tensor.Of([]int64{5}, 1, 1)), caches).Floats()
				p.Close()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}
