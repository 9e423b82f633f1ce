package inception

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// An A module looks through windows of 1, of 5, of 3 twice, and at the mean around each place: figure 5 of the paper, with
// a window of 5.
type A struct {
	One     *Unit `nn:"branch1x1"`
	Five1   *Unit `nn:"branch5x5_1"`
	Five2   *Unit `nn:"branch5x5_2"`
	Double1 *Unit `nn:"branch3x3dbl_1"`
	Double2 *Unit `nn:"branch3x3dbl_2"`
	Double3 *Unit `nn:"branch3x3dbl_3"`
	Pool    *Unit `nn:"branch_pool"`
}

func (m maker) a(in, pool int) *A {
	return &A{
		One:     m.unit(in, 64, geometry{h: 1}),
		Five1:   m.unit(in, 48, geometry{h: 1}),
		Five2:   m.unit(48, 64, geometry{h: 5}),
		Double1: m.unit(in, 64, geometry{h: 1}),
		Double2: m.unit(64, 96, geometry{h: 3}),
		Double3: m.unit(96, 96, geometry{h: 3}),
		Pool:    m.unit(in, pool, geometry{h: 1}),
	}
}

// Forward returns what the branches see, one behind the other.
func (m *A) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Concat(1, m.One.Forward(p, x), inTurn(p, x, m.Five1, m.Five2), inTurn(p, x, m.Double1, m.Double2, m.Double3),
		m.Pool.Forward(p, around(x)))
}

// A B module halves the picture: figure 10.
type B struct {
	Three   *Unit `nn:"branch3x3"`
	Double1 *Unit `nn:"branch3x3dbl_1"`
	Double2 *Unit `nn:"branch3x3dbl_2"`
	Double3 *Unit `nn:"branch3x3dbl_3"`
}

func (m maker) b(in int) *B {
	return &B{
		Three:   m.unit(in, 384, geometry{h: 3, stride: 2, bare: true}),
		Double1: m.unit(in, 64, geometry{h: 1}),
		Double2: m.unit(64, 96, geometry{h: 3}),
		Double3: m.unit(96, 96, geometry{h: 3, stride: 2, bare: true}),
	}
}

// Forward returns what the branches see, one behind the other.
func (m *B) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Concat(1, m.Three.Forward(p, x), inTurn(p, x, m.Double1, m.Double2, m.Double3), halved(x))
}

// A C module has windows of 7 as rows and columns: figure 6.
type C struct {
	One     *Unit `nn:"branch1x1"`
	Seven1  *Unit `nn:"branch7x7_1"`
	Seven2  *Unit `nn:"branch7x7_2"`
	Seven3  *Unit `nn:"branch7x7_3"`
	Double1 *Unit `nn:"branch7x7dbl_1"`
	Double2 *Unit `nn:"branch7x7dbl_2"`
	Double3 *Unit `nn:"branch7x7dbl_3"`
	Double4 *Unit `nn:"branch7x7dbl_4"`
	Double5 *Unit `nn:"branch7x7dbl_5"`
	Pool    *Unit `nn:"branch_pool"`
}

func (m maker) c(in, inside int) *C {
	row, column := geometry{h: 1, w: 7}, geometry{h: 7, w: 1}
	return &C{
		One:     m.unit(in, 192, geometry{h: 1}),
		Seven1:  m.unit(in, inside, geometry{h: 1}),
		Seven2:  m.unit(inside, inside, row),
		Seven3:  m.unit(inside, 192, column),
		Double1: m.unit(in, inside, geometry{h: 1}),
		Double2: m.unit(inside, inside, column),
		Double3: m.unit(inside, inside, row),
		Double4: m.unit(inside, inside, column),
		Double5: m.unit(inside, 192, row),
		Pool:    m.unit(in, 192, geometry{h: 1}),
	}
}

// Forward returns what the branches see, one behind the other.
func (m *C) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Concat(1, m.One.Forward(p, x), inTurn(p, x, m.Seven1, m.Seven2, m.Seven3),
		inTurn(p, x, m.Double1, m.Double2, m.Double3, m.Double4, m.Double5), m.Pool.Forward(p, around(x)))
}

// A D module halves the picture once more.
type D struct {
	Three1 *Unit `nn:"branch3x3_1"`
	Three2 *Unit `nn:"branch3x3_2"`
	Seven1 *Unit `nn:"branch7x7x3_1"`
	Seven2 *Unit `nn:"branch7x7x3_2"`
	Seven3 *Unit `nn:"branch7x7x3_3"`
	Seven4 *Unit `nn:"branch7x7x3_4"`
}

func (m maker) d(in int) *D {
	return &D{
		Three1: m.unit(in, 192, geometry{h: 1}),
		Three2: m.unit(192, 320, geometry{h: 3, stride: 2, bare: true}),
		Seven1: m.unit(in, 192, geometry{h: 1}),
		Seven2: m.unit(192, 192, geometry{h: 1, w: 7}),
		Seven3: m.unit(192, 192, geometry{h: 7, w: 1}),
		Seven4: m.unit(192, 192, geometry{h: 3, stride: 2, bare: true}),
	}
}

// Forward returns what the branches see, one behind the other.
func (m *D) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Concat(1, inTurn(p, x, m.Three1, m.Three2), inTurn(p, x, m.Seven1, m.Seven2, m.Seven3, m.Seven4), halved(x))
}

// An E module has windows of 3 as rows and columns side by side: figure 7.
type E struct {
	One      *Unit `nn:"branch1x1"`
	Three1   *Unit `nn:"branch3x3_1"`
	Three2A  *Unit `nn:"branch3x3_2a"`
	Three2B  *Unit `nn:"branch3x3_2b"`
	Double1  *Unit `nn:"branch3x3dbl_1"`
	Double2  *Unit `nn:"branch3x3dbl_2"`
	Double3A *Unit `nn:"branch3x3dbl_3a"`
	Double3B *Unit `nn:"branch3x3dbl_3b"`
	Pool     *Unit `nn:"branch_pool"`
}

func (m maker) e(in int) *E {
	row, column := geometry{h: 1, w: 3}, geometry{h: 3, w: 1}
	return &E{
		One:      m.unit(in, 320, geometry{h: 1}),
		Three1:   m.unit(in, 384, geometry{h: 1}),
		Three2A:  m.unit(384, 384, row),
		Three2B:  m.unit(384, 384, column),
		Double1:  m.unit(in, 448, geometry{h: 1}),
		Double2:  m.unit(448, 384, geometry{h: 3}),
		Double3A: m.unit(384, 384, row),
		Double3B: m.unit(384, 384, column),
		Pool:     m.unit(in, 192, geometry{h: 1}),
	}
}

// Forward returns what the branches see, one behind the other.
func (m *E) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	three, double := m.Three1.Forward(p, x), inTurn(p, x, m.Double1, m.Double2)
	return tensor.Concat(1, m.One.Forward(p, x), m.Three2A.Forward(p, three), m.Three2B.Forward(p, three),
		m.Double3A.Forward(p, double), m.Double3B.Forward(p, double), m.Pool.Forward(p, around(x)))
}
