package train_test

import (
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/trace"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// BenchmarkGrowthTokens trains two blocks of a transformer on longer and longer sequences. The memory of a token should not
// grow; its time should grow by no more than its multiplications, of which those of attention are as many as there are
// tokens: the rate should not fall.
func BenchmarkGrowthTokens(b *testing.B) {
	for _, tokens := range []int{128, 256, 512, 1024, 2048, 4096} {
		b.Run(fmt.Sprintf("tokens %d", tokens), func(b *testing.B) {
			step, memory := transformerStep(b, cpu.Device, tokens, 256, 4)
			for b.Loop() {
				step()
			}
			took := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			d := trace.New(cpu.Device, trace.Config{})
			once, _ := transformerStep(b, d, tokens, 256, 4)
			d.Reset()
			once()
			flops := 0
			for _, c := range d.Costs() {
				flops += c.FLOPs
			}
			b.ReportMetric(took/1e3/float64(tokens), "µs/token")
			b.ReportMetric(float64(memory.most-memory.begin)/1e3/float64(tokens), "kB/token")
			b.ReportMetric(float64(flops)/took, "GFLOP/s")
		})
	}
}

// TestMemoryGrowsByTokens has 2048 tokens, of which one matrix by tokens in each of four heads would take more than all else.
func TestMemoryGrowsByTokens(t *testing.T) {
	var each [2]float64
	for i, tokens := range []int{512, 2048} {
		step, memory := transformerStep(t, cpu.Device, tokens, 16, 4)
		step()
		each[i] = float64(memory.most-memory.begin) / float64(tokens)
	}
	if each[1] > 1.05*each[0] {
		t.Errorf("a token of 512 takes %.0f bytes, one of 2048 %.0f", each[0], each[1])
	}
}

// transformerStep returns a training step of two causal blocks, and counts its memory from the second on.
func transformerStep(tb testing.TB, inner device.Device, tokens, width, heads int) (step func(), memory *counted) {
	memory = &counted{Device: inner}
	r := rng.New(1)
	var m nn.Sequential
	for range 2 {
		m = append(m, nn.NewTransformerBlock(r, width, heads, nn.TransformerConfig{Attention: nn.AttentionConfig{Causal: true}}))
	}
	params := nn.Params(m)
	for _, p := range params {
		p.Param.Value = p.Param.Value.To(memory)
	}
	data := make([]float32, tokens*width)
	rng.KeyOf(2).Normal(data)
	x := tensor.Of(data, 1, tokens, width).To(memory)
	opt := optim.New(optim.SGD{LR: 1e-3}, params)
	step = func() {
		if _, err := train.Step(tb.Context(), opt, func(p *nn.Pass) objective.Loss {
			return objective.MeanSquaredError(m.Forward(p, x), x)
		}); err != nil {
			tb.Fatal(err)
		}
	}
	step()
	memory.begin, memory.most = memory.live, memory.live
	return step, memory
}

// counted is a device that counts the bytes that are handed out.
type counted struct {
	device.Device
	begin, live, most int
}

func (d *counted) Alloc(t device.DType, n int) device.Buffer {
	b := d.Device.Alloc(t, n)
	d.live += len(b.(device.HostBuffer).Bytes())
	d.most = max(d.most, d.live)
	return b
}

func (d *counted) Free(b device.Buffer) {
	d.live -= len(b.(device.HostBuffer).Bytes())
	if r, ok := d.Device.(device.Recycler); ok {
		r.Free(b)
	}
}
