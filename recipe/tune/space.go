package tune

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/jimu-ml/jimu/rng"
)

// A Dim is a key of a recipe with the values that it may have: choices, or the numbers of a range.
type Dim struct {
	Key     string // "optimizer.lr"
	Choices []any  // values as encoding/json has them, numbers as [json.Number]; nil: a range

	Low, High float64
	Step      float64 // between neighbours; 0: every number
	Log       bool    // evenly on a logarithmic scale
}

// A Space is the dimensions that are searched, in the order of their keys.
type Space []Dim

// Draw returns a random point. It depends on nothing but the space and the key.
func (s Space) Draw(key rng.Key) Point {
	p := make(Point, len(s))
	for i, d := range s {
		p[i] = d.at(key.Child(d.Key).Float64At(0))
	}
	return p
}

// at returns the value to which a number in [0, 1) belongs.
func (d Dim) at(u float64) float64 {
	if d.Choices != nil {
		return math.Floor(u * float64(len(d.Choices)))
	}
	low, high := d.bounds()
	return d.rounded(low + u*(high-low))
}

// bounds returns the ends of a range on its scale. A step reaches half of it to both sides.
func (d Dim) bounds() (low, high float64) {
	return d.scaled(d.Low - d.Step/2), d.scaled(d.High + d.Step/2)
}

func (d Dim) scaled(x float64) float64 {
	if d.Log {
		return math.Log(x)
	}
	return x
}

// rounded returns the value next to a number on the range's scale: one of its steps, or a number of four digits.
func (d Dim) rounded(x float64) float64 {
	if d.Log {
		x = math.Exp(x)
	}
	digits := 4
	if d.Step > 0 {
		x = d.Low + math.Round((x-d.Low)/d.Step)*d.Step
		digits = 12
	}
	if short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64); err == nil {
		x = short
	}
	return min(max(x, d.Low), d.High)
}

// Value returns a coordinate as it stands in a recipe.
func (d Dim) Value(x float64) any {
	if d.Choices != nil {
		return d.Choices[int(x)]
	}
	return json.Number(strconv.FormatFloat(x, 'g', -1, 64))
}

// values returns all values of a dimension, or false if there is no end of them.
func (d Dim) values() (all []float64, ok bool) {
	if d.Choices != nil {
		for i := range d.Choices {
			all = append(all, float64(i))
		}
		return all, true
	}
	if d.Step == 0 {
		return nil, false
	}
	for i := 0; ; i++ {
		x := d.Low + float64(i)*d.Step
		if x > d.High+d.Step*1e-9 || len(all) > mostOfGrid {
			return all, true
		}
		all = append(all, d.rounded(d.scaled(x)))
	}
}

// mostOfGrid is how many points a grid may have.
const mostOfGrid = 10000

// Grid returns every point of a space, the last dimension changing fastest.
func (s Space) Grid() ([]Point, error) {
	points := []Point{{}}
	for _, d := range s {
		values, ok := d.values()
		if !ok {
			return nil, mistake(d.Key, "a grid needs values to choose from: a list, or a step: uniform(%g, %g, step)", d.Low, d.High)
		}
		if len(points)*len(values) > mostOfGrid {
			return nil, mistake(d.Key, "the grid has more than %d points; use --method random", mostOfGrid)
		}
		var longer []Point
		for _, p := range points {
			for _, x := range values {
				longer = append(longer, append(p[:len(p):len(p)], x))
			}
		}
		points = longer
	}
	return points, nil
}
