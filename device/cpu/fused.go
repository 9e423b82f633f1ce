package cpu

import "github.com/jimu-ml/jimu/device"

// runFused runs the optional operations that work on matrices, rows, images and parameters.
func runFused(c *device.Call) bool {
	switch c.Op {
	case device.Linear:
		return linear(c)
	case device.LinearQuantized:
		return linearQuantized(c)
	case device.LinearInt8:
		return linearInt8(c)
	case device.Accumulate:
		return accumulate(c)
	case device.CrossEntropy, device.CrossEntropyGrad:
		if !plain(c) {
			return settledRows(c)
		}
		return runRows(c)
	case device.LayerNorm, device.LayerNormGrad:
		if ofHalfRows(c) {
			return layerNormOfHalves(c)
		}
		fallthrough
	case device.Softmax, device.LogSoftmax, device.SoftmaxGrad, device.LogSoftmaxGrad, device.RMSNorm, device.RMSNormGrad, device.Dropout:
		if !plain(c) {
			return settled(c, false)
		}
		return runRows(c)
	case device.LinearGelu:
		return linearGelu(c)
	case device.Rotary:
		return rotary(c)
	case device.GroupNorm, device.GroupNormGrad:
		return groupNorm(c)
	case device.Attention, device.AttentionGrad:
		return attend(c)
	case device.BatchNorm:
		return batchNorm(c)
	case device.BatchNormGrad:
		return batchNormGrad(c)
	case device.Conv:
		return conv(c)
	case device.ConvInputGrad:
		return convInputGrad(c)
	case device.ConvWeightGrad:
		return convWeightGrad(c)
	case device.MaxPool, device.MaxPoolGrad, device.AvgPool, device.AvgPoolGrad:
		return poolImages(c)
	case device.Fused:
		return runProgram(c)
	case device.LSTM, device.LSTMGrad, device.GRU, device.GRUGrad:
		return recurrent(c)
	case device.SumSquare:
		return sumSquare(c)
	case device.SGD, device.Adam:
		return update(c)
	}
	return false
}

// runRows runs the operations on rows, and dropout, of row-major views.
func runRows(c *device.Call) bool {
	switch c.Op {
	case device.Softmax, device.LogSoftmax:
		return softmax(c)
	case device.SoftmaxGrad, device.LogSoftmaxGrad:
		return softmaxGrad(c)
	case device.CrossEntropy:
		return crossEntropy(c)
	case device.CrossEntropyGrad:
		return crossEntropyGrad(c)
	case device.LayerNorm:
		return layerNorm(c)
	case device.LayerNormGrad:
		return layerNormGrad(c)
	case device.RMSNorm:
		return rmsNorm(c)
	case device.RMSNormGrad:
		return rmsNormGrad(c)
	case device.Dropout:
		return dropout(c)
	}
	return false
}
