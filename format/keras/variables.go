package keras

import (
	"slices"
	"strconv"
	"strings"
)

// order is that of the variables of a layer. Of all layers at once, since no two of them disagree.
var order = []string{
	"embeddings", "position_embeddings", "depthwise_kernel", "pointwise_kernel", "kernel", "recurrent_kernel", "gamma", "beta",
	"bias", "moving_mean", "moving_variance", "mean", "variance", "count", "alpha",
}

// sublayers gives the order in which the layers inside a layer come where it is not that of their names.
var sublayers = map[string]int{
	"forward_layer": 1, "backward_layer": 2, "query_dense": 1, "key_dense": 2, "value_dense": 3, "output_dense": 4,
}

// Variables of layers by the group that they are in. Where some may be missing, the number that are there must tell which.
var (
	kernelBias = []string{"kernel", "bias"}
	norm       = []string{"gamma", "beta", "moving_mean", "moving_variance"}
	variables  = map[string][]string{
		"dense": kernelBias, "einsum_dense": kernelBias, "conv1d": kernelBias, "conv2d": kernelBias, "conv3d": kernelBias,
		"conv1d_transpose": kernelBias, "conv2d_transpose": kernelBias, "conv3d_transpose": kernelBias,
		"depthwise_conv1d": kernelBias, "depthwise_conv2d": kernelBias,
		"query_dense": kernelBias, "key_dense": kernelBias, "value_dense": kernelBias, "output_dense": kernelBias,
		"separable_conv1d": {"depthwise_kernel", "pointwise_kernel", "bias"},
		"separable_conv2d": {"depthwise_kernel", "pointwise_kernel", "bias"},
		"cell":             {"kernel", "recurrent_kernel", "bias"},
		"embedding":        {"embeddings"},
		"p_re_lu":          {"alpha"},
		"normalization":    {"mean", "variance", "count"},
	}
)

// variable returns what variable number i of n is called, in a group such as dense_2; its number, if that is not sure.
func variable(group string, i, n int) string {
	class := group
	if at := strings.LastIndexByte(group, '_'); at > 0 {
		if _, err := strconv.Atoi(group[at+1:]); err == nil {
			class = group[:at]
		}
	}
	v := variables[class]
	switch {
	case class == "batch_normalization" && n == 4, (class == "layer_normalization" || class == "group_normalization") && n == 2:
		v = norm
	case class == "batch_normalization" && n == 2:
		v = norm[2:]
	}
	if i < 0 || i >= len(v) || n > len(v) {
		return strconv.Itoa(i)
	}
	return v[i]
}

// rank returns the place of a variable in the order, by its name or its number.
func rank(variable string) int {
	if n, err := strconv.Atoi(variable); err == nil {
		return n
	}
	if i := slices.Index(order, variable); i >= 0 {
		return i
	}
	return len(order)
}
