package nn

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/fuse"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/tensor"
)

// A Summary lists the layers of a model in the order they ran.
type Summary struct {
	Rows       []SummaryRow
	Parameters int // learned numbers
	Buffers    int // carried numbers
	FLOPs      int // floating-point operations of one example, forward

	// Memory is what the model takes for one example once it is compiled; nothing if it cannot be. See [Compile].
	Memory fuse.Memory
}

// SummaryRow is one layer.
type SummaryRow struct {
	Path, Kind string
	Output     []int // shape of its result for one example, without the batch's axis
	Parameters int
	FLOPs      int
}

// Summarize runs a model on the meta device for one example of that shape, and returns what its layers make of it. The
// layers are those of a [Sequential], and of Sequentials in it; any other model is one row. A shape that does not fit is an
// error that names the layer.
func Summarize(model Layer, shape ...int) (*Summary, error) {
	return summarize(model, device.Float32, shape)
}

// SummarizeTokens is [Summarize] for a model of integer inputs, such as token ids.
func SummarizeTokens(model Layer, shape ...int) (*Summary, error) {
	return summarize(model, device.Int64, shape)
}

func summarize(model Layer, t device.DType, shape []int) (*Summary, error) {
	d := meta.New()
	params := Params(model)
	override := make(map[*tensor.Param]*tensor.Tensor, len(params))
	s := &Summary{}
	for _, p := range params {
		v := p.Param.Value
		override[p.Param] = tensor.New(d, v.DType(), v.Shape()...)
		if p.Buffer {
			s.Buffers += v.Len()
		}
	}
	s.Parameters = Count(params)
	p := NewPass(PassConfig{Params: params, Override: override})
	defer p.Close()
	err := tensor.Catch(func() {
		x := p.Input(tensor.New(d, t, append([]int{1}, shape...)...))
		s.rows(p, model, "", x, d)
	})
	s.FLOPs = d.FLOPs()
	if err != nil {
		return s, err
	}
	m := &Compiled{device: d, params: params, examples: []*tensor.Tensor{tensor.New(d, t, append([]int{1}, shape...)...)}}
	m.run = func(p *Pass, x []*tensor.Tensor) *tensor.Tensor { return model.Forward(p, x[0]) }
	if plan, err := m.planned(override); err == nil {
		s.Memory = plan.Memory()
	}
	return s, nil
}

// rows runs a layer and notes it, or its parts if it is a Sequential.
func (s *Summary) rows(p *Pass, l Layer, path string, x *tensor.Tensor, d *meta.Device) *tensor.Tensor {
	if seq, ok := asSequential(l); ok {
		for i, part := range seq {
			x = s.rows(p, part, join(path, fmt.Sprint(i)), x, d)
		}
		return x
	}
	before := d.FLOPs()
	y := l.Forward(p, x)
	s.Rows = append(s.Rows, SummaryRow{
		Path: path, Kind: kindOf(l), Output: append([]int{}, y.Shape()[1:]...),
		Parameters: Count(Params(l)), FLOPs: d.FLOPs() - before,
	})
	return y
}

func asSequential(l Layer) (Sequential, bool) {
	switch s := l.(type) {
	case Sequential:
		return s, true
	case *Sequential:
		return *s, true
	}
	return nil, false
}

func kindOf(l Layer) string {
	t := reflect.TypeOf(l)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// String returns the summary as a table.
func (s *Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s %-20s %-20s %12s %14s\n", "layer", "kind", "output", "parameters", "FLOPs/example")
	for _, r := range s.Rows {
		fmt.Fprintf(&b, "%-8s %-20s %-20s %12d %14d\n", r.Path, r.Kind, fmt.Sprint(r.Output), r.Parameters, r.FLOPs)
	}
	fmt.Fprintf(&b, "%d parameters (%.1f kB), %.2f MFLOP an example\n", s.Parameters, float64(s.Parameters)*4/1000, float64(s.FLOPs)/1e6)
	if m := s.Memory; m.Unplanned > 0 {
		fmt.Fprintf(&b, "%.1f kB between the layers for one example when compiled, of %.1f kB if nothing shared memory\n", float64(m.Arena)/1000, float64(m.Unplanned)/1000)
	}
	return b.String()
}
