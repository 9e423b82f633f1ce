package metric

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "PSNR", fresh: func() Metric { return &PSNR{} }, called: "psnr",
	golden: "PSNR",
	like:   func(c *check.Case) Metric { return &PSNR{Range: number(c, "range"), PerImage: yes(c, "each")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "SSIM", fresh: func() Metric { return &SSIM{} }, called: "ssim",
	golden: "SSIM",
	like: func(c *check.Case) Metric {
		return &SSIM{Range: number(c, "range"), Window: int(number(c, "window")), Sigma: number(c, "sigma"), Reflect: yes(c, "reflect")}
	},
	misuse: []misuse{{tensor.Zeros(3, 12, 12), tensor.Zeros(3, 12, 12), "predictions of shape [3 12 12]; want [n c h w]"}, {tensor.Zeros(1, 1, 12, 10), tensor.Zeros(1, 1, 12, 10), "a picture of 12×10 is smaller than the window of 11"}},
})

var _ = register(sample{
	name: "MultiScaleSSIM", fresh: func() Metric { return &MultiScaleSSIM{} }, called: "ms_ssim",
	golden: "MultiScaleSSIM",
	like:   likeMultiScale,
	misuse: []misuse{{tensor.Zeros(3, 12, 12), tensor.Zeros(3, 12, 12), "predictions of shape [3 12 12]; want [n c h w]"}, {tensor.Zeros(1, 1, 80, 80), tensor.Zeros(1, 1, 80, 80), "a picture of 10×10 is smaller than the window of 11"}},
})

func likeMultiScale(c *check.Case) Metric {
	m := &MultiScaleSSIM{Window: 3, Sigma: 0.8}
	c.Attr("weights", &m.Exponents)
	if len(m.Exponents) == 0 {
		m.Exponents = nil
	}
	return m
}

var _ = register(sample{
	name: "ImageQualityIndex", fresh: func() Metric { return &ImageQualityIndex{} }, called: "image_quality_index",
	golden: "ImageQualityIndex",
	misuse: []misuse{{tensor.Zeros(3, 12, 12), tensor.Zeros(3, 12, 12), "predictions of shape [3 12 12]; want [n c h w]"}, {tensor.Zeros(1, 1, 12, 10), tensor.Zeros(1, 1, 12, 10), "a picture of 12×10 is smaller than the window of 11"}},
})

var _ = register(sample{
	name: "SpectralAngle", fresh: func() Metric { return &SpectralAngle{} }, called: "spectral_angle",
	golden: "SpectralAngle",
	misuse: []misuse{{tensor.Zeros(3, 12, 12), tensor.Zeros(3, 12, 12), "predictions of shape [3 12 12]; want [n c h w]"}},
})

var _ = register(sample{
	name: "ERGAS", fresh: func() Metric { return &ERGAS{} }, called: "ergas",
	golden: "ERGAS",
	misuse: []misuse{{tensor.Zeros(3, 12, 12), tensor.Zeros(3, 12, 12), "predictions of shape [3 12 12]; want [n c h w]"}},
})

var _ = register(sample{
	name: "TotalVariation", fresh: func() Metric { return &TotalVariation{} }, called: "total_variation",
	golden: "TotalVariation",
	misuse: []misuse{{tensor.Zeros(3, 12, 12), tensor.Zeros(3, 12, 12), "predictions of shape [3 12 12]; want [n c h w]"}},
})

var _ = register(sample{
	name: "MeanIoU", fresh: func() Metric { return &MeanIoU{} }, called: "mean_iou",
	golden: "MeanIoU",
	like: func(c *check.Case) Metric {
		return &MeanIoU{PerImage: yes(c, "each"), SkipBackground: yes(c, "skip"), Average: averaged(c)}
	},
	misuse: []misuse{{tensor.Zeros(1, 3, 2, 2), tensor.Of([]int64{1, 2}, 1, 2), "predictions of shape [1 3 2 2] do not fit targets int64 [1 2]"}},
})

var _ = register(sample{
	name: "Dice", fresh: func() Metric { return &Dice{} }, called: "dice",
	golden: "Dice",
	like: func(c *check.Case) Metric {
		return &Dice{PerImage: yes(c, "each"), SkipBackground: yes(c, "skip"), Average: averaged(c)}
	},
	misuse: []misuse{{tensor.Zeros(1, 3, 2, 2), tensor.Of([]int64{1, 2}, 1, 2), "predictions of shape [1 3 2 2] do not fit targets int64 [1 2]"}},
})

var _ = register(sample{
	name: "GeneralizedDice", fresh: func() Metric { return &GeneralizedDice{} }, called: "generalized_dice",
	golden: "GeneralizedDice",
	like:   func(c *check.Case) Metric { return &GeneralizedDice{Weights: text(c, "weights")} },
	misuse: []misuse{{tensor.Zeros(1, 3, 2, 2), tensor.Of([]int64{1, 2}, 1, 2), "predictions of shape [1 3 2 2] do not fit targets int64 [1 2]"}},
})

var _ = register(sample{
	name: "VisualInformationFidelity", fresh: func() Metric { return &VisualInformationFidelity{} }, called: "vif",
	golden: "VisualInformationFidelity",
	like:   func(c *check.Case) Metric { return &VisualInformationFidelity{Noise: number(c, "noise")} },
	misuse: []misuse{{tensor.Zeros(1, 1, 50, 40), tensor.Zeros(1, 1, 50, 40), "a picture of 50×40; want at least 41×41"}},
})

var _ = register(sample{
	name: "HausdorffDistance", fresh: func() Metric { return &HausdorffDistance{} }, called: "hausdorff_distance", golden: "HausdorffDistance",
	like: func(c *check.Case) Metric {
		return &HausdorffDistance{SkipBackground: yes(c, "skip"), Percentile: number(c, "percentile")}
	},
	prediction: tensor.Of([]float32{1, -1, -1, -1, -1, -1, -1, -1}, 1, 2, 4), target: tensor.Of([]int64{0, 0, 0, 0, 0, 1, 0, 0}, 1, 2, 4), value: math.Sqrt2,
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "targets of shape [3]; want [n h w]"}},
})

// Two masks of four pixels, of which the first overlaps in one of three and the second is right that there is none.
var masks, guesses = tensor.Of([]int64{0, 1, 1, 0, 0, 0, 0, 0}, 2, 2, 2), tensor.Of([]float32{-1, 2, -1, 3, -1, -1, -1, -1}, 2, 2, 2)

var _ = register(sample{
	name: "MeanIoU/mask", fresh: func() Metric { return &MeanIoU{} }, called: "mean_iou",
	prediction: guesses, target: masks, value: 1. / 3,
})

var _ = register(sample{
	name: "Dice/mask", fresh: func() Metric { return &Dice{} }, called: "dice",
	prediction: guesses, target: masks, value: 0.5,
})

var _ = register(sample{
	name: "Dice/mask of each", fresh: func() Metric { return &Dice{PerImage: true} }, called: "dice",
	prediction: guesses, target: masks, value: 0.5,
})
