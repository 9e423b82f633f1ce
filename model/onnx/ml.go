package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

const domainML = "ai.onnx.ml"

func init() {
	registerIn(domainML, "LabelEncoder", 2, labelEncoder)
	registerIn(domainML, "Binarizer", 1, func(c *call) []*Value {
		x := c.x(0).Detach()
		return c.as(0, x.Greater(x.FullLike(c.float("threshold", 0))).Cast(x.DType()))
	})
	registerIn(domainML, "ArrayFeatureExtractor", 1, func(c *call) []*Value {
		shape := c.value(0).Dims()
		if len(shape) == 0 {
			c.fail("the input has no axis")
		}
		index := c.index(1, shape[len(shape)-1]).Reshape(-1)
		return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor {
			y := x.Take(x.Rank()-1, index)
			if x.Rank() == 1 {
				y = y.Unsqueeze(0)
			}
			return y
		})
	})
	registerIn(domainML, "Scaler", 1, func(c *call) []*Value {
		x := c.x(0).Cast(device.Float32)
		row := func(name string, def float64) *tensor.Tensor {
			v := wide(c.floats(name, nil))
			if len(v) == 0 {
				return c.full(device.Float32, def)
			}
			return c.ofFloats(device.Float32, v)
		}
		return c.give(x.Sub(row("offset", 0)).Mul(row("scale", 1)))
	})
	registerIn(domainML, "Normalizer", 1, func(c *call) []*Value {
		x := c.x(0).Cast(device.Float32)
		axis := x.Rank() - 1
		var norm *tensor.Tensor
		switch c.choice("norm", "MAX", "MAX", "L1", "L2") {
		case "MAX":
			norm = x.Abs().MaxKeep(axis)
		case "L1":
			norm = x.Abs().SumKeep(axis)
		default:
			norm = x.Square().SumKeep(axis).Sqrt()
		}
		zero := norm.Detach().Equal(norm.FullLike(0))
		return c.give(tensor.Where(zero, x, x.Div(tensor.Where(zero, norm.FullLike(1), norm))))
	})
}

// column returns the keys or values of a label encoder, from whichever attribute has them.
func (c *call) column(what string) *Value {
	if a := c.attribute(what+"_tensor", proto.AttributeTensor); a != nil {
		v, err := FromProto(a.Tensor)
		if err != nil {
			c.fail("%v", err)
		}
		return c.bring(v)
	}
	switch {
	case c.given(what + "_strings"):
		s := c.texts(what + "_strings")
		return OfStrings(s, len(s))
	case c.given(what + "_int64s"):
		a := c.attribute(what+"_int64s", proto.AttributeInts)
		return Of(c.ofInts(a.Ints, len(a.Ints)))
	case c.given(what + "_floats"):
		v := wide(c.floats(what+"_floats", nil))
		return Of(c.ofFloats(device.Float32, v, len(v)))
	}
	c.fail("it has no %s", what)
	return nil
}

// otherwise returns what a label encoder gives for what it does not know.
func (c *call) otherwise(values *Value) *Value {
	if a := c.attribute("default_tensor", proto.AttributeTensor); a != nil {
		v, err := FromProto(a.Tensor)
		if err != nil {
			c.fail("%v", err)
		}
		return c.bring(v)
	}
	switch {
	case values.Kind == Strings:
		return OfStrings([]string{c.text("default_string", "_Unused")}, 1)
	case values.Tensor.DType().IsFloat():
		return &Value{Type: values.Type, Tensor: c.full(values.Tensor.DType(), c.float("default_float", 0), 1)}
	}
	return &Value{Type: values.Type, Tensor: c.full(values.Tensor.DType(), float64(c.integer("default_int64", -1)), 1)}
}

// labelEncoder looks up values by keys.
func labelEncoder(c *call) []*Value {
	keys, values := c.column("keys"), c.column("values")
	n := length(values.Dims())
	if length(keys.Dims()) != n {
		c.fail("%d keys and %d values", length(keys.Dims()), n)
	}
	find := map[string]int64{}
	for i, k := range labels(keys) {
		if _, twice := find[k]; !twice {
			find[k] = int64(i)
		}
	}
	x := c.value(0)
	index := make([]int64, length(x.Dims()))
	for i, k := range labels(x) {
		at, ok := find[k]
		if !ok {
			at = int64(n) // the default stands behind the values
		}
		index[i] = at
	}
	def := c.otherwise(values)
	if values.Kind == Strings {
		all := OfStrings(append(slices.Clone(values.Strings), def.Strings...))
		return []*Value{OfStrings(all.picked(index), x.Dims()...)}
	}
	all := tensor.Concat(0, values.Tensor.Reshape(-1), def.Tensor.Reshape(-1))
	return c.one(values.Type, all.Take(0, c.ofInts(index, len(index))).Reshape(x.Dims()...))
}

// labels returns the elements of a tensor as texts that are equal where they are.
func labels(v *Value) []string {
	if v.Kind == Strings {
		return v.Strings
	}
	return toText(v).Strings
}
