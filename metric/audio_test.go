package metric

import (
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "SNR", fresh: func() Metric { return &SNR{} }, called: "snr",
	golden: "SNR",
	like:   func(c *check.Case) Metric { return &SNR{ZeroMean: yes(c, "zero")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "ScaleInvariantSDR", fresh: func() Metric { return &ScaleInvariantSDR{} }, called: "si_sdr",
	golden: "ScaleInvariantSDR",
	like:   func(c *check.Case) Metric { return &ScaleInvariantSDR{ZeroMean: yes(c, "zero")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "SourceAggregatedSDR", fresh: func() Metric { return &SourceAggregatedSDR{} }, called: "sa_sdr",
	golden: "SourceAggregatedSDR",
	like: func(c *check.Case) Metric {
		return &SourceAggregatedSDR{ZeroMean: yes(c, "zero"), KeepScale: yes(c, "keep")}
	},
	misuse: unequal,
})

var _ = register(sample{
	name: "SignalDistortionRatio", fresh: func() Metric { return &SignalDistortionRatio{} }, called: "sdr",
	golden: "SignalDistortionRatio",
	like: func(c *check.Case) Metric {
		return &SignalDistortionRatio{Taps: c.Int("taps"), ZeroMean: yes(c, "zero")}
	},
	misuse: unequal,
})

var _ = register(sample{
	name: "PermutationInvariant", fresh: func() Metric { return &PermutationInvariant{} }, called: "permutation_invariant_si_sdr",
	golden: "PermutationInvariant",
	like: func(c *check.Case) Metric {
		if yes(c, "lowest") {
			return &PermutationInvariant{Of: func() Metric { return &MeanSquaredError{} }, Lowest: true}
		}
		return &PermutationInvariant{}
	},
	misuse: []misuse{{tensor.Zeros(1, 9, 2), tensor.Zeros(1, 9, 2), "predictions of shape [1 9 2]; want [n sources …] and at most 8 sources"}},
})
