package metric_test

import (
	"fmt"

	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/tensor"
)

// Batches are added one by one, and what two workers counted merges into one.
func Example() {
	var one, other metric.FBeta
	one.Add(tensor.Of([]float32{2, -1, 0.5}), tensor.Of([]int64{1, 0, 0}))
	other.Add(tensor.Of([]float32{-3, 1}), tensor.Of([]int64{1, 1}))
	one.Merge(&other)
	fmt.Printf("%s %.3f\n", one.Name(), one.Value())
	// Output: f1 0.667
}

func ExampleConfusion() {
	c := metric.Confusion{Names: []string{"cat", "dog"}}
	c.Add(tensor.Of([]int64{0, 0, 1, 1}), tensor.Of([]int64{0, 0, 0, 1}))
	fmt.Printf("%.2f of the dogs are found, %.2f of the dogs found are dogs\n", c.Recall(1), c.Precision(1))
	// Output: 1.00 of the dogs are found, 0.50 of the dogs found are dogs
}

func ExampleBLEU() {
	var b metric.BLEU
	b.AddText("The cat is on the mat.", "There is a cat on the mat.", "The cat sat on the mat.")
	fmt.Printf("%.1f\n", b.Value())
	// Output: 50.8
}

func ExampleMeanAveragePrecision() {
	var m metric.MeanAveragePrecision
	m.AddImage(
		metric.Detections{
			Boxes:   tensor.Of([]float32{10, 10, 50, 50, 60, 60, 80, 90}, 2, 4),
			Scores:  tensor.Of([]float32{0.9, 0.4}),
			Classes: tensor.Of([]int64{3, 3}),
		},
		metric.Objects{
			Boxes:   tensor.Of([]float32{14, 10, 50, 50}, 1, 4),
			Classes: tensor.Of([]int64{3}, 1),
		})
	fmt.Printf("AP %.2f, at .50 %.2f\n", m.Value(), m.At(0.5))
	// Output: AP 0.90, at .50 1.00
}
