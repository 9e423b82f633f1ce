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

// A Summary lists the layers of a model in the order they ran, and what flowed between them.
type Summary struct {
	Rows         []SummaryRow
	Output       []int // shape of the result for one example, without the batch's axis; of the first, if there are several
	Parameters   int   // learned numbers
	Buffers      int   // carried numbers
	FLOPs        int   // floating-point operations of one example, forward: a multiply-add is two, anything else one
	MultiplyAdds int   // of one example: what papers and torchvision count, and often call FLOPs
	Flow         Flow

	// Memory is what the model takes for one example once it is compiled; nothing if it cannot be. See [Compile].
	Memory fuse.Memory
}

// SummaryRow is one layer.
type SummaryRow struct {
	Path, Kind   string
	Output       []int // shape of its result for one example, without the batch's axis
	Parameters   int
	MultiplyAdds int // of products, convolutions, attention and recurrences
	Activations  int // bytes of its result for one example
}

// An Input is the type and the shape of one input, the batch's axis included.
type Input struct {
	DType device.DType
	Shape []int
}

// Summarize runs a model on the meta device for one example of that shape, and returns what its layers make of it. The
// layers are those of a [Sequential], and of Sequentials in it; of any other model, the structs whose fields its parameters
// are, in the order in which they are first used, and what is computed without parameters counts to the layer before. A shape
// that does not fit is an error that names the layer.
func Summarize(model Layer, shape ...int) (*Summary, error) {
	return summarize(model, device.Float32, shape)
}

// SummarizeTokens is [Summarize] for a model of integer inputs, such as token ids.
func SummarizeTokens(model Layer, shape ...int) (*Summary, error) {
	return summarize(model, device.Int64, shape)
}

func summarize(model Layer, t device.DType, shape []int) (*Summary, error) {
	shape = append([]int{1}, shape...)
	l := newLedger(model)
	s, err := l.summary([]Input{{t, shape}}, func(p *Pass, x []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{l.layer(p, model, "", x[0])}
	})
	if err != nil {
		return s, err
	}
	d := meta.New()
	m := &Compiled{device: d, params: l.params, examples: []*tensor.Tensor{tensor.New(d, t, shape...)}}
	m.run = func(p *Pass, x []*tensor.Tensor) *tensor.Tensor { return model.Forward(p, x[0]) }
	if plan, err := m.planned(valuesOn(d, l.params)); err == nil {
		s.Memory = plan.Memory()
	}
	return s, nil
}

// SummarizeRun is [Summarize] for a model that is run in another way than by its Forward: with several inputs or outputs.
func SummarizeRun(model any, in []Input, run func(p *Pass, x []*tensor.Tensor) []*tensor.Tensor) (*Summary, error) {
	l := newLedger(model)
	return l.summary(in, run)
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

func kindOf(model any) string {
	t := reflect.TypeOf(model)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// String returns the summary as a table.
func (s *Summary) String() string {
	var b strings.Builder
	wide := [2]int{len("layer"), len("kind")}
	for _, r := range s.Rows {
		wide[0], wide[1] = max(wide[0], len(r.Path)), max(wide[1], len(r.Kind))
	}
	fmt.Fprintf(&b, "%-*s  %-*s  %-18s %12s %14s %12s\n", wide[0], "layer", wide[1], "kind", "output", "parameters", "multiply-adds", "activations")
	for _, r := range s.Rows {
		fmt.Fprintf(&b, "%-*s  %-*s  %-18s %12d %14d %12s\n", wide[0], r.Path, wide[1], r.Kind, fmt.Sprint(r.Output), r.Parameters, r.MultiplyAdds, kilobytes(r.Activations))
	}
	fmt.Fprintf(&b, "%d parameters (%s), %.2f million multiply-adds an example\n", s.Parameters, kilobytes(4*s.Parameters), float64(s.MultiplyAdds)/1e6)
	if m := s.Memory; m.Unplanned > 0 {
		fmt.Fprintf(&b, "%s between the layers for one example when compiled, of %s if nothing shared memory\n", kilobytes(m.Arena), kilobytes(m.Unplanned))
	}
	return b.String()
}

func kilobytes(n int) string { return fmt.Sprintf("%.1f kB", float64(n)/1000) }
