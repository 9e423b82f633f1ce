package train

import (
	"math"
	"slices"
	"strings"
)

// smaller are parts of the names of values that are the better the smaller they are, and smallerNames whole names.
var (
	smaller = []string{
		"loss", "error", "perplexity", "rmse", "mae", "mse", "msle", "mape", "brier", "cross_entropy", "distance", "divergence", "deviance",
		"hamming", "logcosh", "minkowski", "poisson", "total_variation", "spectral_angle",
	}
	smallerNames = []string{
		"wer", "cer", "mer", "wil", "ter", "eed", "fid", "kid", "crps", "ergas", "hinge", "davies_bouldin", "bits_per_byte", "bits_per_character",
		"nll", "fall_out", "false_negatives", "false_positives", "label_coverage",
	}
)

// SmallerIsBetter reports whether a value of that name, such as "val_loss", is the better the smaller it is: losses, errors
// and distances are, everything else is not.
func SmallerIsBetter(name string) bool {
	return slices.Contains(smallerNames, strings.TrimPrefix(name, "val_")) ||
		slices.ContainsFunc(smaller, func(part string) bool { return strings.Contains(name, part) })
}

// better reports whether x is better than y as a value of that name. NaN is never better.
func better(name string, x, y float64) bool {
	if math.IsNaN(y) {
		return !math.IsNaN(x)
	}
	if SmallerIsBetter(name) {
		return x < y
	}
	return x > y
}
