package onnx

import (
	"context"
	"testing"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/data/idx"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// openShared opens a published model, or skips the test where it is not.
func openShared(t *testing.T, path string) *Program {
	t.Helper()
	p, err := Open(check.Published(t, path))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// outputs runs a program and copies what it gives.
func outputs(t *testing.T, p *Program, in ...*Value) map[string]*tensor.Tensor {
	t.Helper()
	pass := nn.NewPass(nn.PassConfig{Memory: 1 << 30})
	defer pass.Close()
	out, err := p.Call(context.Background(), pass, in)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]*tensor.Tensor{}
	for i, v := range out {
		kept[p.Outputs()[i]] = tensor.Of(v.Tensor.Floats(), v.Tensor.Shape()...)
	}
	return kept
}

// formula returns numbers that the script of the golden values makes as well.
func formula(shape ...int) *tensor.Tensor {
	x := make([]float32, length(shape))
	for i := range x {
		x[i] = float32(float64(i*7919%1000)/500 - 1)
	}
	return tensor.Of(x, shape...)
}

// Published models give what ONNX Runtime makes of them.
func TestPublished(t *testing.T) {
	golden := check.Golden(t, "testdata/runtime.golden")
	for _, c := range []struct {
		name, path string
		shape      []int
		step       int
	}{
		{"mnist", "weights/mnist-onnx-8/mnist-8.onnx", []int{1, 1, 28, 28}, 1},
		{"ultraface", "weights/ultraface/version-RFB-320.onnx", []int{1, 3, 240, 320}, 97},
		{"ultraface/simplified", "weights/ultraface/version-RFB-320_simplified.onnx", []int{1, 3, 240, 320}, 97},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openShared(t, c.path)
			want := golden[c.name].On(t)
			for name, y := range outputs(t, p, Of(formula(c.shape...))) {
				all := y.Floats()
				var some []float32
				for i := 0; i < len(all); i += c.step {
					some = append(some, all[i])
				}
				check.CloseScaled(t, name, some, want.Float32(name), 1e-5)
			}
		})
	}
}

// Silero's detector hears speech where ONNX Runtime does: its state goes from chunk to chunk.
func TestSilero(t *testing.T) {
	p := openShared(t, "weights/silero-vad/silero_vad_16k_op15.onnx")
	sound, err := audio.Open(check.Published(t, "data/speech-samples/jfk.flac"))
	if err != nil {
		t.Fatal(err)
	}
	mono := sound.Mono().Channels[0]
	samples := make([]float32, len(mono)*16000/sound.Rate)
	for i := range samples {
		samples[i] = mono[i*sound.Rate/16000]
	}
	state, rate := tensor.Zeros(2, 1, 128), tensor.Of([]int64{16000}).Reshape()
	context := make([]float32, 64)
	var said []float32
	for ; len(samples) >= 512; samples = samples[512:] {
		chunk := append(append([]float32{}, context...), samples[:512]...)
		out := outputs(t, p, Of(tensor.Of(chunk, 1, len(chunk))), Of(state), Of(rate))
		said = append(said, float32(out[p.Outputs()[0]].Item()))
		state, context = out[p.Outputs()[1]], samples[512-64:512]
	}
	want := check.Golden(t, "testdata/runtime.golden")["silero"].On(t)
	check.Close(t, "probabilities", said, want.Float32("probabilities"), 1e-4)
	check.CloseScaled(t, "state", state.Floats(), want.Float32("state"), 1e-4)
}

// The MNIST network of the model zoo reads 98.90 % of the test's digits.
func TestMNIST(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 runs")
	}
	p := openShared(t, "weights/mnist-onnx-8/mnist-8.onnx")
	images, err := idx.Open(check.Published(t, "data/mnist/t10k-images-idx3-ubyte.gz"))
	if err != nil {
		t.Fatal(err)
	}
	labels, err := idx.Open(check.Published(t, "data/mnist/t10k-labels-idx1-ubyte.gz"))
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, label := range labels.Raw {
		x := make([]float32, 784)
		for k, v := range images.Raw[784*i:][:784] {
			x[k] = float32(v) / 255
		}
		for _, y := range outputs(t, p, Of(tensor.Of(x, 1, 1, 28, 28))) {
			if y.ArgMax(1).Ints()[0] == int64(label) {
				right++
			}
		}
	}
	if right != 9890 {
		t.Errorf("%d of 10000 are right, want 9890", right)
	}
}
