package onnx

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// Whatever a file says, importing and running it gives values or an error, within its memory and its time.
func FuzzRun(f *testing.F) {
	paths, err := filepath.Glob("testdata/*/model.onnx")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 4000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := proto.Unmarshal(b)
		if err != nil {
			return
		}
		p, err := Import(m)
		if err != nil {
			return
		}
		var in []*Value
		for i, port := range p.Inputs() {
			x, ok := zeros(port.DType, port.Shape)
			if !ok {
				return
			}
			in = append(in, &Value{Type: elementOf(p.Types()[i].Type, port.DType), Tensor: x})
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		pass := nn.NewPass(nn.PassConfig{Memory: 16 << 20})
		defer pass.Close()
		begun := time.Now()
		_, err = p.Call(ctx, pass, in)
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("it took %v: %v", took, err)
		}
	})
}

// zeros returns a small tensor, if the shape is one.
func zeros(d device.DType, shape []int) (*tensor.Tensor, bool) {
	n := 1
	for _, k := range shape {
		if k < 0 || k > 1<<12 || n > 1<<12 {
			return nil, false
		}
		n *= k
	}
	if n > 1<<12 || len(shape) > device.MaxRank {
		return nil, false
	}
	return tensor.New(cpu.Device, d, shape...).Fill(0), true
}
