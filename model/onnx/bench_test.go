package onnx

import (
	"context"
	"os"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// BenchmarkRun runs the model that JIMU_ONNX_MODEL names, on numbers by formula in the shapes of its inputs.
func BenchmarkRun(b *testing.B) {
	path := os.Getenv("JIMU_ONNX_MODEL")
	if path == "" {
		b.Skip("JIMU_ONNX_MODEL names no model")
	}
	p, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	var in []*Value
	for i, port := range p.Inputs() {
		x := formula(port.Shape...).Cast(port.DType)
		in = append(in, &Value{Type: elementOf(p.Types()[i].Type, port.DType), Tensor: x})
	}
	b.ReportAllocs()
	for b.Loop() {
		pass := nn.NewPass(nn.PassConfig{Memory: 8 << 30})
		out, err := p.Call(context.Background(), pass, in)
		if err != nil {
			b.Fatal(err)
		}
		_ = tensor.Values[float32](out[0].Tensor)
		pass.Close()
	}
}
