package tensor_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// positions of a [2 4] among the columns of a [2 3], with one twice.
var along = tensor.Of([]int64{2, 0, 1, 2, 0, 0, 2, 1}, 2, 4)

func first(y, _ *tensor.Tensor) *tensor.Tensor { return y }

func reduced(f tensor.Reduction, include bool) func(x inputs) *tensor.Tensor {
	return func(x inputs) *tensor.Tensor { return x[0].ReduceAlong(1, along, x[1], f, include) }
}

// of makes a sample's call of a method.
func of(f func(x *tensor.Tensor) *tensor.Tensor) func(x inputs) *tensor.Tensor {
	return func(x inputs) *tensor.Tensor { return f(x[0]) }
}

func init() {
	samples = append(samples, []sample{
		{"Tan", inputs{from(-1, 1, 4)}, of((*tensor.Tensor).Tan), []int{4}},
		{"Asin", inputs{from(-0.8, 0.8, 4)}, of((*tensor.Tensor).Asin), []int{4}},
		{"Acos", inputs{from(-0.8, 0.8, 4)}, of((*tensor.Tensor).Acos), []int{4}},
		{"Atan", inputs{from(-3, 3, 4)}, of((*tensor.Tensor).Atan), []int{4}},
		{"Atan2", inputs{from(0.5, 3, 2, 3), from(-2, -1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Atan2(x[1]) }, []int{2, 3}},
		{"Hypot", inputs{from(0.5, 3, 3), from(-2, -1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Hypot(x[1]) }, []int{2, 3}},
		{"Sinh", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).Sinh), []int{4}},
		{"Cosh", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).Cosh), []int{4}},
		{"Asinh", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).Asinh), []int{4}},
		{"Acosh", inputs{from(1.5, 3, 4)}, of((*tensor.Tensor).Acosh), []int{4}},
		{"Atanh", inputs{from(-0.8, 0.8, 4)}, of((*tensor.Tensor).Atanh), []int{4}},
		{"Log1p", inputs{from(-0.5, 2, 4)}, of((*tensor.Tensor).Log1p), []int{4}},
		{"Expm1", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).Expm1), []int{4}},
		{"Log2", inputs{from(0.5, 2, 4)}, of((*tensor.Tensor).Log2), []int{4}},
		{"Log10", inputs{from(0.5, 2, 4)}, of((*tensor.Tensor).Log10), []int{4}},
		{"Exp2", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).Exp2), []int{4}},
		{"LogAddExp", inputs{from(-2, 2, 2, 3), from(-2, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].LogAddExp(x[1]) }, []int{2, 3}},
		{"Reciprocal", inputs{from(0.5, 2, 4)}, of((*tensor.Tensor).Reciprocal), []int{4}},
		{"Rsqrt", inputs{from(0.5, 2, 4)}, of((*tensor.Tensor).Rsqrt), []int{4}},
		{"Erfc", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).Erfc), []int{4}},
		{"Erfinv", inputs{from(-0.8, 0.8, 4)}, of((*tensor.Tensor).Erfinv), []int{4}},
		{"Lgamma", inputs{from(0.5, 3, 4)}, of((*tensor.Tensor).Lgamma), []int{4}},
		{"Digamma", inputs{from(0.5, 3, 4)}, of((*tensor.Tensor).Digamma), []int{4}},
		{"Polygamma", inputs{from(0.8, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Polygamma(2) }), []int{4}},
		{"Trunc", inputs{from(0.2, 0.8, 4)}, of((*tensor.Tensor).Trunc), []int{4}},
		{"Frac", inputs{from(1.2, 1.8, 4)}, of((*tensor.Tensor).Frac), []int{4}},
		{"Mod", inputs{from(-1.4, -1.2, 2, 3), from(0.3, 0.31, 3)}, func(x inputs) *tensor.Tensor { return x[0].Mod(x[1]) }, []int{2, 3}},
		{"Remainder", inputs{from(-1.45, -1.3, 2, 3), from(0.3, 0.31, 3)}, func(x inputs) *tensor.Tensor { return x[0].Remainder(x[1]) }, []int{2, 3}},
		{"FloorDiv", inputs{from(-1.45, -1.3, 2, 3), from(0.3, 0.31, 3)}, func(x inputs) *tensor.Tensor { return x[0].FloorDiv(x[1]) }, []int{2, 3}},
		{"Clamp", inputs{tensor.Of([]float32{-2, -0.3, 0.4, 2})}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Clamp(-1, 1) }), []int{4}},
		{"Lerp", inputs{from(-1, 1, 2, 3), from(-1, 1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Lerp(x[1], 0.3).Add(x[0].Lerp(x[1], 0.9)) }, []int{2, 3}},
		{"NaNToNum", inputs{from(-1, 1, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.NaNToNum(0, 1, -1) }), []int{4}},
		{"Std", inputs{from(-1, 1, 5, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Std(0) }), []int{3}},
		{"NormP", inputs{from(0.3, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.NormP(2, 1) }), []int{2}},
		{"NormP 3", inputs{from(0.3, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Neg().NormP(3, 0) }), []int{3}},
		{"NormP 1", inputs{from(0.3, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.NormP(1) }), []int{}},
		{"NormP ∞", inputs{from(0.3, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.NormP(math.Inf(1), 1).Add(x.NormP(math.Inf(-1), 1)) }), []int{2}},
		{"CumSum", inputs{from(-1, 1, 2, 5)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.CumSum(1) }), []int{2, 5}},
		{"CumProd", inputs{tensor.Of([]float32{2, 0, 3, -1, 1.5, 2}, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.CumProd(-1) }), []int{2, 3}},
		{"Prod with zeros", inputs{tensor.Of([]float32{2, 0, 3, -1, 0, 0, 1, 2, 4, 1.5, 2, 3}, 2, 3, 2)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Prod(0, 2) }), []int{3}},
		{"Prod of all", inputs{from(0.5, 2, 2, 2)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Prod() }), []int{}},
		{"CumLogSumExp", inputs{from(-1, 1, 5, 2)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.CumLogSumExp(0) }), []int{5, 2}},
		{"CumMax", inputs{from(-1, 1, 2, 5)}, of(func(x *tensor.Tensor) *tensor.Tensor { return first(x.CumMax(1)) }), []int{2, 5}},
		{"CumMin", inputs{from(-1, 1, 5, 2)}, of(func(x *tensor.Tensor) *tensor.Tensor { return first(x.CumMin(0)) }), []int{5, 2}},
		{"Sort", inputs{from(-1, 1, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return first(x.Sort(0, false)) }), []int{3, 4}},
		{"Sort descending", inputs{from(-1, 1, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return first(x.Sort(1, true)) }), []int{3, 4}},
		{"Quantile", inputs{from(-1, 1, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Quantile(0.4, 1) }), []int{3}},
		{"Median", inputs{from(-1, 1, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Median(0) }), []int{4}},
		{"TakeAlong", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.TakeAlong(1, along) }), []int{2, 4}},
		{"PutAlong", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].PutAlong(1, along, x[1]) }, []int{2, 3}},
		{"AddAlong", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].AddAlong(1, along, x[1]) }, []int{2, 3}},
		{"ReduceAlong", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, reduced(tensor.ReduceSum, false), []int{2, 3}},
		{"ReduceAlong mean", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, reduced(tensor.ReduceMean, true), []int{2, 3}},
		{"ReduceAlong product", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, reduced(tensor.ReduceProd, true), []int{2, 3}},
		{"ReduceAlong max", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, reduced(tensor.ReduceMax, false), []int{2, 3}},
		{"ReduceAlong min", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4)}, reduced(tensor.ReduceMin, true), []int{2, 3}},
		{"IndexAdd", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4), tensor.Of([]int64{2, 0, 2, 1})}, func(x inputs) *tensor.Tensor { return x[0].IndexAdd(1, x[2], x[1]) }, []int{2, 3}},
		{"MaskedFill", inputs{from(-1, 1, 2, 3), condition}, func(x inputs) *tensor.Tensor { return x[0].MaskedFill(x[1], 7) }, []int{2, 3}},
		{"MaskedSelect", inputs{from(-1, 1, 3), condition}, func(x inputs) *tensor.Tensor { return x[0].MaskedSelect(x[1]) }, []int{3}},
		{"Diagonal", inputs{from(-1, 1, 2, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Diagonal(2) }), []int{2, 2}},
		{"Diagonal below", inputs{from(-1, 1, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Diagonal(-1) }), []int{2}},
		{"Diag", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Diag(1) }), []int{2, 4, 4}},
		{"Diag below", inputs{from(-1, 1, 2)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Diag(-2) }), []int{4, 4}},
		{"Trace", inputs{from(-1, 1, 2, 3, 3)}, of((*tensor.Tensor).Trace), []int{2}},
		{"Tril", inputs{from(-1, 1, 2, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Tril(1) }), []int{2, 3, 4}},
		{"Triu", inputs{from(-1, 1, 4, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Triu(-1) }), []int{4, 3}},
		{"Roll", inputs{from(-1, 1, 2, 5)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Roll(1, 2) }), []int{2, 5}},
		{"Tile", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Tile(2, 1, 3) }), []int{2, 2, 9}},
		{"Repeat", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Repeat(0, 3) }), []int{6, 3}},
		{"MoveAxis", inputs{from(-1, 1, 2, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.MoveAxis(0, -1) }), []int{3, 4, 2}},
		{"Rot90", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Rot90(1, 0, 1).Add(x.Rot90(-1, 0, 1)) }), []int{3, 2}},
		{"Unfold", inputs{from(-1, 1, 7, 2)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Unfold(0, 3, 2) }), []int{3, 2, 3}},
		{"Dot", inputs{from(-1, 1, 3), from(0, 1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Dot(x[1]) }, []int{}},
		{"Outer", inputs{from(-1, 1, 3), from(0, 1, 2)}, func(x inputs) *tensor.Tensor { return x[0].Outer(x[1]) }, []int{3, 2}},
		{"Kron", inputs{from(-1, 1, 2, 3), from(0, 1, 2)}, func(x inputs) *tensor.Tensor { return x[0].Kron(x[1]) }, []int{2, 6}},
		{"Cross", inputs{from(-1, 1, 2, 3), from(0, 1, 1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Cross(x[1], -1) }, []int{2, 3}},
		{"Diff", inputs{from(-1, 1, 2, 5)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Diff(1, 2) }), []int{2, 3}},
		{"Trapezoid", inputs{from(-1, 1, 2, 5)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Trapezoid(1, 0.3) }), []int{2}},
		{"NaNSum", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.NaNSum(1) }), []int{2}},
		{"NaNMean", inputs{from(-1, 1, 2, 3)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.NaNMean(1) }), []int{2}},
		{"Cov", inputs{from(-1, 1, 2, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Cov(1) }), []int{2, 3, 3}},
		{"CorrCoef", inputs{from(-1, 1, 3, 4)}, of((*tensor.Tensor).CorrCoef), []int{3, 3}},
		{"Sinc", inputs{tensor.Of([]float32{-2.5, 0, 0.1, 1.3, 1.6, 4})}, of((*tensor.Tensor).Sinc), []int{6}},
		{"Logit", inputs{from(0.1, 0.9, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Logit(0.05) }), []int{4}},
		{"XLogY", inputs{from(-1, 1, 2, 3), from(0.5, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].XLogY(x[1]) }, []int{2, 3}},
		{"Heaviside", inputs{from(0.2, 1, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return x.Heaviside(0.5) }), []int{4}},
		{"CopySign", inputs{from(-1, 1, 2, 3), from(-2, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].CopySign(x[1]) }, []int{2, 3}},
		{"I0", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).I0), []int{4}},
		{"I1", inputs{from(-2, 2, 4)}, of((*tensor.Tensor).I1), []int{4}},
		{"IndexCopy", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 4), tensor.Of([]int64{2, 0, 2, 1})}, func(x inputs) *tensor.Tensor { return x[0].IndexCopy(1, x[2], x[1]) }, []int{2, 3}},
		{"IndexFill", inputs{from(-1, 1, 2, 3), tensor.Of([]int64{2, 0})}, func(x inputs) *tensor.Tensor { return x[0].IndexFill(1, x[1], 7) }, []int{2, 3}},
		{"MaskedScatter", inputs{from(-1, 1, 2, 3), condition, from(-1, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].MaskedScatter(x[1], x[2]) }, []int{2, 3}},
		{"KthValue", inputs{from(-1, 1, 3, 4)}, of(func(x *tensor.Tensor) *tensor.Tensor { return first(x.KthValue(2, 0)) }), []int{4}},
		{"Interp", inputs{tensor.Of([]float32{-2, 0.3, 1.4, 0.6, 5}), tensor.Of([]float32{0, 1, 2.5}), from(-1, 1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Interp(x[1], x[2]) }, []int{5}},
		{"Meshgrid", inputs{from(-1, 1, 2), from(0, 1, 3)}, func(x inputs) *tensor.Tensor {
			g := tensor.Meshgrid(x...)
			return g[0].Mul(g[1])
		}, []int{2, 3}},
	}...)
}

// What the cases of general.golden are: the call, and what it reads beside x.
var general = map[string]func(c *check.Case, x inputs) *tensor.Tensor{
	"Mod":          func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Mod(x[1]) },
	"Remainder":    func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Remainder(x[1]) },
	"FloorDiv":     func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].FloorDiv(x[1]) },
	"Atan2":        func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Atan2(x[1]) },
	"Hypot":        func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Hypot(x[1]) },
	"LogAddExp":    func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].LogAddExp(x[1]) },
	"Polygamma":    func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Polygamma(c.Int("n")) },
	"Clamp":        func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Clamp(-1, 2) },
	"NormP":        func(c *check.Case, x inputs) *tensor.Tensor { return x[0].NormP(c.Float("p"), c.Int("axis")) },
	"Std":          func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Std(c.Int("axis")) },
	"CumSum":       func(c *check.Case, x inputs) *tensor.Tensor { return x[0].CumSum(c.Int("axis")) },
	"CumProd":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].CumProd(c.Int("axis")) },
	"CumLogSumExp": func(c *check.Case, x inputs) *tensor.Tensor { return x[0].CumLogSumExp(c.Int("axis")) },
	"CumMax":       func(c *check.Case, x inputs) *tensor.Tensor { return pair(x[0].CumMax(c.Int("axis"))) },
	"CumMin":       func(c *check.Case, x inputs) *tensor.Tensor { return pair(x[0].CumMin(c.Int("axis"))) },
	"Sort": func(c *check.Case, x inputs) *tensor.Tensor {
		return pair(x[0].Sort(c.Int("axis"), c.Bool("descending")))
	},
	"Quantile":  func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Quantile(c.Float("q"), c.Int("axis")) },
	"TakeAlong": func(c *check.Case, x inputs) *tensor.Tensor { return x[0].TakeAlong(c.Int("axis"), x[1]) },
	"PutAlong":  func(c *check.Case, x inputs) *tensor.Tensor { return x[0].PutAlong(c.Int("axis"), x[1], x[2]) },
	"AddAlong":  func(c *check.Case, x inputs) *tensor.Tensor { return x[0].AddAlong(c.Int("axis"), x[1], x[2]) },
	"ReduceAlong": func(c *check.Case, x inputs) *tensor.Tensor {
		return x[0].ReduceAlong(c.Int("axis"), x[1], x[2], tensor.Reduction(c.Int("f")), c.Bool("include"))
	},
	"Unfold": func(c *check.Case, x inputs) *tensor.Tensor {
		return x[0].Unfold(c.Int("axis"), c.Int("size"), c.Int("step"))
	},
	"Roll":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Roll(c.Int("axis"), c.Int("shift")) },
	"Repeat":    func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Repeat(c.Int("axis"), c.Int("n")) },
	"Tile":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Tile(c.Ints("reps")...) },
	"Rot90":     func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Rot90(c.Int("k"), 0, 1) },
	"MoveAxis":  func(c *check.Case, x inputs) *tensor.Tensor { return x[0].MoveAxis(c.Int("from"), c.Int("to")) },
	"Diagonal":  func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Diagonal(c.Int("k")) },
	"Diag":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Diag(c.Int("k")) },
	"Tril":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Tril(c.Int("k")) },
	"Triu":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Triu(c.Int("k")) },
	"Kron":      func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Kron(x[1]) },
	"Cross":     func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Cross(x[1], c.Int("axis")) },
	"Diff":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Diff(c.Int("axis"), c.Int("n")) },
	"Trapezoid": func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Trapezoid(1, 0.3) },
	"NaNSum":    func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].NaNSum(1) },
	"NaNMean":   func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].NaNMean(1) },
	"Cov":       func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Cov(c.Int("correction")) },
	"Logit":     func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Logit(c.Float("eps")) },
	"XLogY":     func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].XLogY(x[1]) },
	"CopySign":  func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].CopySign(x[1]) },
	"Prod":      func(_ *check.Case, x inputs) *tensor.Tensor { return x[0].Prod(1) },
	"IndexCopy": func(c *check.Case, x inputs) *tensor.Tensor { return x[0].IndexCopy(1, x[1], x[2]) },
	"IndexFill": func(c *check.Case, x inputs) *tensor.Tensor { return x[0].IndexFill(1, x[1], 0.5) },
	"KthValue":  func(c *check.Case, x inputs) *tensor.Tensor { return pair(x[0].KthValue(c.Int("k"), c.Int("axis"))) },
	"Lerp":      func(c *check.Case, x inputs) *tensor.Tensor { return x[0].Lerp(x[1], c.Float("w")) },
}

// The functions of one tensor alone.
var generalOne = map[string]func(x *tensor.Tensor) *tensor.Tensor{
	"Tan": (*tensor.Tensor).Tan, "Asin": (*tensor.Tensor).Asin, "Acos": (*tensor.Tensor).Acos, "Atan": (*tensor.Tensor).Atan,
	"Sinh": (*tensor.Tensor).Sinh, "Cosh": (*tensor.Tensor).Cosh, "Asinh": (*tensor.Tensor).Asinh, "Acosh": (*tensor.Tensor).Acosh,
	"Atanh": (*tensor.Tensor).Atanh, "Log1p": (*tensor.Tensor).Log1p, "Expm1": (*tensor.Tensor).Expm1, "Log2": (*tensor.Tensor).Log2,
	"Log10": (*tensor.Tensor).Log10, "Exp2": (*tensor.Tensor).Exp2, "Reciprocal": (*tensor.Tensor).Reciprocal,
	"Rsqrt": (*tensor.Tensor).Rsqrt, "Erfc": (*tensor.Tensor).Erfc, "Erfinv": (*tensor.Tensor).Erfinv,
	"Lgamma": (*tensor.Tensor).Lgamma, "Digamma": (*tensor.Tensor).Digamma, "Trunc": (*tensor.Tensor).Trunc, "Frac": (*tensor.Tensor).Frac,
	"Trace": (*tensor.Tensor).Trace, "CorrCoef": (*tensor.Tensor).CorrCoef, "Sinc": (*tensor.Tensor).Sinc, "I0": (*tensor.Tensor).I0, "I1": (*tensor.Tensor).I1,
}

// pair puts values and positions behind one another.
func pair(y, index *tensor.Tensor) *tensor.Tensor {
	return tensor.Stack(0, y, index.Cast(y.DType()))
}

// Methods have the values and gradients of PyTorch.
func TestGeneralGolden(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range check.Cases(t, check.Golden(t, "testdata/general.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c := c.On(t)
			name, _, _ := strings.Cut(c.Name, "/")
			seen[name] = true
			f := general[name]
			if one := generalOne[name]; one != nil {
				f = func(_ *check.Case, x inputs) *tensor.Tensor { return one(x[0]) }
			}
			if f == nil {
				t.Fatal("no call of that name")
			}
			testGeneral(t, c, f)
		})
	}
	for name := range general {
		if !seen[name] {
			t.Errorf("no case of %s", name)
		}
	}
	for name := range generalOne {
		if !seen[name] {
			t.Errorf("no case of %s", name)
		}
	}
}

func testGeneral(t *testing.T, c *check.Case, f func(c *check.Case, x inputs) *tensor.Tensor) {
	var x inputs
	var names []string
	for _, name := range []string{"a", "b", "index", "src"} {
		if !c.Has(name) {
			continue
		}
		if a := c.Array(name); a.Int64 != nil {
			x = append(x, tensor.Of(a.Int64).Reshape(a.Shape...))
		} else {
			x = append(x, tensor.Of(a.Float32).Reshape(a.Shape...).Watch())
		}
		names = append(names, name)
	}
	y := f(c, x)
	if !slices.Equal(y.Shape(), c.Shape("y")) {
		t.Fatalf("shape %v, want %v", y.Shape(), c.Shape("y"))
	}
	tolerance := max(4*c.Float("err32"), 1e-6)
	check.Close(t, "y", y.Floats(), c.Float32("y"), tolerance)
	off := check.Off(y.Floats(), c.Float32("y"))
	defer func() {
		check.Note{Package: "tensor", Entry: c.Name, Reference: c.MadeBy, Error: off, Order: 2}.Write(t)
	}()
	grads := autograd.Backward(y.Mul(tensor.Of(c.Float32("dy")).Reshape(y.Shape()...)).Sum())
	for i, name := range names {
		if c.Has("d" + name) {
			check.Close(t, "d"+name, grads.Of(x[i]).Floats(), c.Float32("d"+name), 4*tolerance)
			off = max(off, check.Off(grads.Of(x[i]).Floats(), c.Float32("d"+name)))
		}
	}
}

// What has no gradient, and what stands at borders, is as NumPy has it.
func TestGeneralValues(t *testing.T) {
	x := tensor.Of([]float32{3, -1, 2, 2, 5, -4}, 2, 3)
	odd := tensor.Of([]float32{nan, inf, -inf, 0, 2})
	yes, no := tensor.Of([]bool{true, false, true}), tensor.Of([]bool{false, false, true})
	ints := tensor.Of([]int64{7, -7, 7, -7})
	by := tensor.Of([]int64{3, 3, -3, -3})
	distinct, inverse, counts := tensor.Of([]int64{5, 2, 5, -1}).Unique()
	sorted := tensor.Of([]float32{1, 2, 2, 4})
	falling, where := odd.Sort(0, true)
	for what, c := range map[string]struct {
		got  *tensor.Tensor
		want []float64
	}{
		"NaNMean of none":           {odd.Slice(0, 0, 1).NaNMean().IsNaN(), []float64{1}},
		"Heaviside":                 {tensor.Of([]float32{-2, 0, 3}).Heaviside(0.5), []float64{0, 0.5, 1}},
		"Heaviside keeps NaN":       {odd.Heaviside(0).IsNaN(), []float64{1, 0, 0, 0, 0}},
		"I0 of infinities":          {odd.Slice(0, 1, 3).I0(), []float64{math.Inf(1), math.Inf(1)}},
		"I1 of infinities":          {odd.Slice(0, 1, 3).I1(), []float64{math.Inf(1), math.Inf(-1)}},
		"Logit of 0 and 1":          {tensor.Of([]float32{0, 1}).Logit(0), []float64{math.Inf(-1), math.Inf(1)}},
		"Sinc at 0":                 {tensor.Of([]float32{0, 0}).Sinc(), []float64{1, 1}},
		"Trapezoid of one":          {tensor.Ones(1).Trapezoid(0, 1), []float64{0}},
		"MaskedScatter":             {x.MaskedScatter(condition, tensor.Range(10, 14, 1)), []float64{10, -1, 2, 11, 12, -4}},
		"Interp":                    {tensor.Of([]float32{-1, 0, 0.5, 1, 2, 3}).Interp(tensor.Of([]float32{0, 1, 2}), tensor.Of([]float32{1, 3, 2})), []float64{1, 1, 2, 3, 2, 2}},
		"Interp of one point":       {tensor.Of([]float32{-1, 4}).Interp(tensor.Ones(1), tensor.Full(7, 1)), []float64{7, 7}},
		"Xor":                       {yes.Xor(no), []float64{1, 0, 0}},
		"IsNaN":                     {odd.IsNaN(), []float64{1, 0, 0, 0, 0}},
		"IsInf":                     {odd.IsInf(), []float64{0, 1, 1, 0, 0}},
		"IsFinite":                  {odd.IsFinite(), []float64{0, 0, 0, 1, 1}},
		"NaNToNum":                  {odd.NaNToNum(7, 8, -8), []float64{7, 8, -8, 0, 2}},
		"Any":                       {yes.Any(), []float64{1}},
		"Any of none":               {tensor.Zeros(0, 2).Any(0), []float64{0, 0}},
		"All":                       {x.All(1), []float64{1, 1}},
		"All with a zero":           {odd.All(), []float64{0}},
		"CountNonzero":              {x.Sub(tensor.Scalar(2)).CountNonzero(1), []float64{2, 2}},
		"Mod of ints":               {ints.Mod(by), []float64{1, -1, 1, -1}},
		"Remainder of ints":         {ints.Remainder(by), []float64{1, 2, -2, -1}},
		"FloorDiv of ints":          {ints.FloorDiv(by), []float64{2, -3, -3, 2}},
		"CumSum of ints":            {ints.CumSum(0), []float64{7, 0, 7, 0}},
		"CumSum of half":            {tensor.Ones(3000).Cast(device.BFloat16).CumSum(0).Slice(0, 2999, 3000), []float64{3008}},
		"Sort, descending":          {falling.Slice(0, 1, 5), []float64{math.Inf(1), 2, 0, math.Inf(-1)}},
		"Sort, where":               {where, []float64{0, 1, 4, 3, 2}},
		"ArgSort is stable":         {tensor.Of([]int64{1, 0, 1, 0}).ArgSort(0, false), []float64{1, 3, 0, 2}},
		"ArgSort is stable, down":   {tensor.Of([]int64{1, 0, 1, 0}).ArgSort(0, true), []float64{0, 2, 1, 3}},
		"Median":                    {x.Median(1), []float64{2, 2}},
		"Quantile of even":          {tensor.Of([]float32{1, 2, 3, 10}).Median(0), []float64{2.5}},
		"Nonzero":                   {x.Less(tensor.Scalar(0)).Nonzero(), []float64{0, 1, 1, 2}},
		"Unique":                    {distinct, []float64{-1, 2, 5}},
		"Unique, inverse":           {inverse, []float64{2, 1, 2, 0}},
		"Unique, counts":            {counts, []float64{1, 1, 2}},
		"BinCount":                  {tensor.Of([]int64{1, 3, 1}).BinCount(5), []float64{0, 2, 0, 1, 0}},
		"Histogram":                 {x.Histogram(3, -1, 5), []float64{1, 2, 2}},
		"SearchSorted":              {sorted.SearchSorted(tensor.Of([]float32{2, 0, 9}), false), []float64{1, 0, 4}},
		"SearchSorted, right":       {sorted.SearchSorted(tensor.Of([]float32{2, 4}), true), []float64{3, 4}},
		"Range":                     {tensor.Range(1, 2, 0.25), []float64{1, 1.25, 1.5, 1.75}},
		"Range down":                {tensor.Range(1, 0, -0.5), []float64{1, 0.5}},
		"Linspace":                  {tensor.Linspace(-1, 1, 5), []float64{-1, -0.5, 0, 0.5, 1}},
		"Linspace of one":           {tensor.Linspace(2, 3, 1), []float64{2}},
		"Logspace":                  {tensor.Logspace(0, 3, 4, 10), []float64{1, 10, 100, 1000}},
		"Eye":                       {tensor.Eye(2), []float64{1, 0, 0, 1}},
		"NormP 0":                   {odd.Slice(0, 3, 5).NormP(0), []float64{1}},
		"Diagonal of none":          {tensor.Zeros(0, 3).Diagonal(1), nil},
		"Roll by nothing":           {ints.Roll(0, 8), []float64{7, -7, 7, -7}},
		"Rot90":                     {x.Rot90(2, 0, 1), []float64{-4, 5, 2, 2, -1, 3}},
		"Digamma at −1":             {tensor.Of([]float32{-1}, 1).Digamma().IsNaN(), []float64{1}},
		"LogAddExp of nothing":      {odd.Slice(0, 2, 3).LogAddExp(odd.Slice(0, 2, 3)), []float64{math.Inf(-1)}},
		"PutAlong, the last wins":   {tensor.Zeros(2).PutAlong(0, tensor.Of([]int64{1, 1}), tensor.Of([]float32{3, 4})), []float64{0, 4}},
		"FloorDiv exact":            {tensor.Of([]float64{0.3}, 1).FloorDiv(tensor.Of([]float64{0.1}, 1)), []float64{2}},
		"IndexAdd":                  {tensor.Zeros(3).IndexAdd(0, tensor.Of([]int64{2, 2}), tensor.Ones(2)), []float64{0, 0, 2}},
		"Median with NaN":           {odd.Median(0).IsNaN(), []float64{1}},
		"Meshgrid":                  {tensor.Meshgrid(tensor.Arange(2), tensor.Arange(3))[1], []float64{0, 1, 2, 0, 1, 2}},
		"ReduceAlong keeps x":       {tensor.Ones(2).ReduceAlong(0, tensor.Of([]int64{1}, 1), tensor.Of([]float32{5}, 1), tensor.ReduceMax, false), []float64{1, 5}},
		"ReduceAlong of many":       {tensor.Ones(1).ReduceAlong(0, tensor.Zeros(7).Cast(device.Int64), tensor.Range(1, 8, 1), tensor.ReduceProd, true), []float64{5040}},
		"ReduceAlong keeps NaN":     {odd.Slice(0, 0, 1).ReduceAlong(0, tensor.Of([]int64{0}, 1), tensor.Of([]float32{5}, 1), tensor.ReduceMin, true).IsNaN(), []float64{1}},
		"CumMax keeps NaN":          {first(tensor.Of([]float32{1, nan, 2}).CumMax(0)).IsNaN(), []float64{0, 1, 1}},
		"MaskedSelect without any":  {x.MaskedSelect(x.Greater(tensor.Scalar(9))), nil},
		"Sort of large integers":    {first(tensor.Of([]int64{1<<60 + 1, 1 << 60}).Sort(0, false)).Sub(tensor.Of([]int64{1 << 60})), []float64{0, 1}},
		"Unique of large integers":  {first2(tensor.Of([]int64{1<<60 + 1, 1 << 60}).Unique()).Sub(tensor.Of([]int64{1 << 60})), []float64{0, 1}},
		"Clamp without bounds":      {x.Clamp(math.Inf(-1), math.Inf(1)), []float64{3, -1, 2, 2, 5, -4}},
		"Clamp keeps NaN":           {odd.Clamp(-1, 1).IsNaN(), []float64{1, 0, 0, 0, 0}},
		"Remainder of a whole turn": {tensor.Of([]float64{-1e-20}, 1).Remainder(tensor.Of([]float64{1})), []float64{1}},
	} {
		if got := tensor.Values[float64](c.got); !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

func first2(y, _, _ *tensor.Tensor) *tensor.Tensor { return y }

// Gradients at places where a formula alone would divide by 0.
func TestGeneralGradientsAtZero(t *testing.T) {
	for what, f := range map[string]func(x *tensor.Tensor) *tensor.Tensor{
		"Std":     func(x *tensor.Tensor) *tensor.Tensor { return x.Std() },
		"Sinc":    func(x *tensor.Tensor) *tensor.Tensor { return x.Sinc().Sum() },
		"NaNSum":  func(x *tensor.Tensor) *tensor.Tensor { return x.Add(tensor.Full(math.NaN(), 2)).NaNSum() },
		"NormP":   func(x *tensor.Tensor) *tensor.Tensor { return x.NormP(2) },
		"NormP 3": func(x *tensor.Tensor) *tensor.Tensor { return x.NormP(3) },
		"Hypot":   func(x *tensor.Tensor) *tensor.Tensor { return x.Hypot(x.Detach()).Sum() },
		"Atan2":   func(x *tensor.Tensor) *tensor.Tensor { return x.Atan2(x.Detach()).Sum() },
		"LogAddExp": func(x *tensor.Tensor) *tensor.Tensor {
			y := x.Add(tensor.Full(math.Inf(-1), 2))
			return y.LogAddExp(y.Detach()).Sum()
		},
	} {
		x := tensor.Zeros(2).Watch()
		if got := autograd.Backward(f(x)).Of(x).Floats(); !slices.Equal(got, []float32{0, 0}) {
			t.Errorf("%s: %v, want 0", what, got)
		}
	}
	x := tensor.Of([]float32{-1, 2}).Watch() // the bounds themselves are inside
	if got := autograd.Backward(x.Clamp(-1, 2).Sum()).Of(x).Floats(); !slices.Equal(got, []float32{1, 1}) {
		t.Errorf("Clamp: %v, want 1", got)
	}
}

func TestGeneralMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	for _, c := range []struct {
		want string
		call func()
	}{
		{"Asin: the input is int64 of shape [3]; want a floating-point type", func() { tensor.Arange(3).Asin() }},
		{"Hypot: float32 [2 3] and float64 [3] differ in type", func() { x.Hypot(tensor.Zeros(3).Cast(device.Float64)) }},
		{"Hypot: shapes [2 3] and [2] do not broadcast", func() { x.Hypot(tensor.Zeros(2)) }},
		{"Polygamma: order 0", func() { x.Polygamma(0) }},
		{"Clamp: the bounds 2 and 1 of shape [2 3]", func() { x.Clamp(2, 1) }},
		{"Xor: float32 [2 3] and float32 [2 3]; want bool", func() { x.Xor(x) }},
		{"NormP: p of shape [2 3] is NaN", func() { x.NormP(math.NaN()) }},
		{"Quantile: no quantile 2 of axis 0 of shape [2 3]", func() { x.Quantile(2, 0) }},
		{"TakeAlong: an index of shape [3] does not fit axis 1 of shape [2 3]", func() { x.TakeAlong(1, tensor.Arange(3)) }},
		{"TakeAlong: position 3 is outside the 3 of shape [2 3]", func() { x.TakeAlong(1, tensor.Of([]int64{3}, 1, 1)) }},
		{"TakeAlong: the index is float32 of shape [2 3]; want int64 or int32", func() { x.TakeAlong(1, x) }},
		{"PutAlong: float32 [2] does not go to the positions [1 1] of float32 [2 3]", func() { x.PutAlong(1, tensor.Of([]int64{0}, 1, 1), tensor.Zeros(2)) }},
		{"MaskedSelect: the mask is float32", func() { x.MaskedSelect(x) }},
		{"Unique: it has no gradient", func() { x.Watch().Unique() }},
		{"Histogram: it has no gradient", func() { x.Watch().Histogram(2, 0, 1) }},
		{"Histogram: 2 bins from 1 to 0", func() { x.Histogram(2, 1, 0) }},
		{"BinCount: 5 is outside the 3 bins", func() { tensor.Of([]int64{5}).BinCount(3) }},
		{"SearchSorted: shape [2 3] is no vector", func() { x.SearchSorted(x, false) }},
		{"Diagonal: shape [2 3] has no diagonal 3", func() { x.Diagonal(3) }},
		{"Diag: shape [] has no last axis", func() { tensor.Scalar(1).Diag(0) }},
		{"Tril: shape [3] is not [… m n]", func() { tensor.Zeros(3).Tril(0) }},
		{"Tile: [-1] times shape", func() { tensor.Zeros(3).Tile(-1) }},
		{"Repeat: -1 times axis 0 of shape [2 3]", func() { x.Repeat(0, -1) }},
		{"Unfold: no windows of 4, 1 apart, along axis 1 of shape [2 3]", func() { x.Unfold(1, 4, 1) }},
		{"Dot: shapes [2 3] and [2 3] are not two vectors", func() { x.Dot(x) }},
		{"Outer: shapes [2 3] and [2 3] are not two vectors", func() { x.Outer(x) }},
		{"Cross: shapes [2 3] and [2 3] have no vectors of length 3 along axis 0", func() { x.Cross(x, 0) }},
		{"Diff: no differences of order 4 along axis 1 of shape [2 3]", func() { x.Diff(1, 4) }},
		{"Cov: 3 observations in shape [2 3], less 3", func() { x.Cov(3) }},
		{"IndexCopy: float32 [2 3] does not go to 2 positions along axis 1 of float32 [2 3]", func() { x.IndexCopy(1, tensor.Arange(2), x) }},
		{"IndexFill: position 3 is outside the 3 of shape [2 3]", func() { x.IndexFill(1, tensor.Of([]int64{0, 3}), 0) }},
		{"MaskedScatter: 1 elements of shape [1] for 3 places of shape [2 3]", func() { x.MaskedScatter(condition, tensor.Ones(1)) }},
		{"MaskedScatter: a float32 mask for float32 and float32", func() { x.MaskedScatter(x, x) }},
		{"KthValue: no element 0 along axis 1 of shape [2 3]", func() { x.KthValue(0, 1) }},
		{"Interp: shapes [2] and [3] are not the coordinates of points", func() { x.Interp(tensor.Ones(2), tensor.Ones(3)) }},
		{"Range: no way from 0 to 1 by -1", func() { tensor.Range(0, 1, -1) }},
		{"Linspace: -1 numbers", func() { tensor.Linspace(0, 1, -1) }},
		{"Meshgrid: shape [2 3] is no vector", func() { tensor.Meshgrid(x) }},
		{"OutputOf: 1 elements do not fill the shape [2]", func() { tensor.OutputOf(device.Float32, x, []float64{1}, []int{2}) }},
	} {
		err := tensor.Catch(c.call)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "general_test.go:") {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}
