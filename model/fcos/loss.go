package fcos

import (
	"math"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/tensor"
)

// A LossConfig says what places are trained for. The zero value is torchvision's.
type LossConfig struct {
	Radius  float64 // in strides: places that are farther from the middle of a thing do not answer for it; 1.5 if 0
	Gamma   float64 // of the focal loss; 2 if 0
	Balance float64 // α of the focal loss; 0.25 if 0
}

func (c LossConfig) filled() LossConfig {
	for v, otherwise := range map[*float64]float64{&c.Radius: 1.5, &c.Gamma: 2, &c.Balance: 0.25} {
		if *v == 0 {
			*v = otherwise
		}
	}
	return c
}

// Targets are what the places of a pyramid are to say of pictures.
type Targets struct {
	Classes []int     // [n a], -1 for nothing
	Edges   []float32 // [n a 4], in strides; of places that have a class
}

// Targets returns which place answers for which of the things that are there, in pixels of each picture.
//
// A place answers for a thing if it is within it, no farther from its middle than the radius, and if the farthest edge fits the
// level: up to 8 strides of the finest, 8 to 16 of those of the finest on the next, and so on, without end on the coarsest. Of
// several things it answers for the smallest.
func (a *Answers) Targets(there [][]picture.Box, radius float64) *Targets {
	var t Targets
	finest := float64(a.Levels[0].StrideY)
	for _, boxes := range there {
		for i, l := range a.Levels {
			s := span{8 * finest * math.Exp2(float64(i-1)), 8 * finest * math.Exp2(float64(i)), radius}
			if i == 0 {
				s.above = 0
			}
			if i == len(a.Levels)-1 {
				s.below = math.Inf(1)
			}
			for place := range l.Height * l.Width {
				edges, class := s.best(l, place, boxes)
				t.add(l, edges, class)
			}
		}
	}
	return &t
}

// A span is how far the farthest edge of what a level answers for may be, and how far its middle, in strides.
type span struct{ above, below, radius float64 }

// best returns the edges of the smallest thing that a place answers for, in pixels, and its class; -1 if there is none.
func (s span) best(l Level, place int, boxes []picture.Box) (edges [4]float64, class int) {
	x, y := l.at(place)
	class = -1
	least := math.Inf(1)
	for _, b := range boxes {
		e := [4]float64{x - b.X0, y - b.Y0, b.X1 - x, b.Y1 - y}
		far := max(e[0], e[1], e[2], e[3])
		off := max(math.Abs(e[0]-e[2])/2/float64(l.StrideX), math.Abs(e[1]-e[3])/2/float64(l.StrideY))
		if min(e[0], e[1], e[2], e[3]) <= 0 || far <= s.above || far >= s.below || off >= s.radius || b.Area() >= least {
			continue
		}
		edges, class, least = e, int(b.Label), b.Area()
	}
	return edges, class
}

func (t *Targets) add(l Level, edges [4]float64, class int) {
	w, h := float64(l.StrideX), float64(l.StrideY)
	t.Classes = append(t.Classes, class)
	t.Edges = append(t.Edges, float32(edges[0]/w), float32(edges[1]/h), float32(edges[2]/w), float32(edges[3]/h))
}

// central returns how near to the middle of a thing a place is, from 0 to 1, by the distances of the edges.
func central(e []float32) float32 {
	ratio := func(a, b float32) float64 { return float64(min(a, b)) / float64(max(a, b)) }
	return float32(math.Sqrt(ratio(e[0], e[2]) * ratio(e[1], e[3])))
}

// Loss returns how far the answers are from what is there, in pixels of each picture. Its count is the number of places that
// answer for something, at least 1.
//
//	sum = Σ focal(p, c) + Σ⁺ (1 − GIoU(box, thing)) − Σ⁺ (q ln σ(z) + (1 − q) ln(1 − σ(z)))
//	q = √(min(l, r)/max(l, r) · min(t, b)/max(t, b))
//
// The first sum is over all places and classes, the others over the places that answer; l, t, r and b are the edges, z the
// centrality. The paper has −ln IoU in place of 1 − GIoU, which is torchvision's.
//
// Tian, Shen, Chen and He, 2019 (arXiv:1904.01355), equations 2 and 3; the radius is from the second version of it.
func (a *Answers) Loss(there [][]picture.Box, c LossConfig) objective.Loss {
	c = c.filled()
	t := a.Targets(there, c.Radius)
	n, classes := len(t.Classes), a.Logits.Dim(2)
	y := make([]float32, n*classes)
	var at []int64
	var edges, q []float32
	for i, k := range t.Classes {
		if k < 0 {
			continue
		}
		if k >= classes {
			panic(tensor.Errorf("FCOS", "a thing of class %d; the model has %d", k, classes))
		}
		y[i*classes+k] = 1
		e := t.Edges[4*i : 4*i+4]
		at, edges, q = append(at, int64(i)), append(edges, -e[0], -e[1], e[2], e[3]), append(q, central(e))
	}
	focal := objective.BinaryFocalLoss{Gamma: c.Gamma, Balance: c.Balance}.Loss(a.Logits, tensor.Of(y, a.Logits.Shape()...))
	loss := objective.Loss{Sum: focal.Sum, Count: float64(max(1, len(at)))}
	if len(at) == 0 {
		return loss
	}
	where := tensor.Of(at, len(at))
	box := a.Edges.Reshape(-1, 4).Take(0, where).Mul(tensor.Of([]float32{-1, -1, 1, 1}, 4).Cast(a.Edges.DType()))
	overlap := objective.GIoU(box, tensor.Of(edges, len(at), 4))
	middle := objective.BinaryCrossEntropy(a.Central.Reshape(-1).Take(0, where), tensor.Of(q, len(at)))
	loss.Sum = loss.Sum.Add(overlap.Sum).Add(middle.Sum)
	return loss
}
