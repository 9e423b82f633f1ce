package device

// FLOPs returns the floating-point operations of the call: two for each multiply-add of a product or convolution, else
// one for each element that is read or written, whichever are more.
func (c *Call) FLOPs() int {
	switch c.Op {
	case MatMul, Linear, LinearGelu, LinearQuantized, LinearInt8:
		k := c.In[0].Shape[c.In[0].Rank-1]
		return 2 * c.Out[0].Len() * k
	case Conv: // out positions × window × channels of a group
		return 2 * c.Out[0].Len() * c.In[1].Len() / max(c.In[1].Shape[0], 1)
	case ConvInputGrad: // dy, w
		return 2 * c.In[0].Len() * c.In[1].Len() / max(c.In[1].Shape[0], 1)
	case ConvWeightGrad: // x, dy → dw
		return 2 * c.In[1].Len() * c.Out[0].Len() / max(c.Out[0].Shape[0], 1)
	case Fused:
		return c.Out[0].Len() * len(c.Program.Steps)
	case LSTM, GRU: // a product of h for each gate
		return 2 * c.Out[2].Len() * c.In[0].Shape[1]
	case LSTMGrad:
		return 2 * c.Out[0].Len() * c.In[2].Shape[1]
	case GRUGrad:
		return 2 * c.Out[0].Len() * c.In[1].Shape[1]
	case Attention: // q·kᵀ and the product with v
		return 2 * pairs(c, c.In[0], c.In[1]) * (c.In[0].Shape[3] + c.In[2].Shape[3])
	case AttentionGrad: // q·kᵀ once more, and two products for each of the two
		return 2 * pairs(c, c.In[1], c.In[2]) * (3*c.In[1].Shape[3] + 2*c.In[3].Shape[3])
	case Copy, Fill, Iota, Gather:
		return 0
	}
	most := c.Out[0].Len()
	for _, v := range c.In {
		if v != nil {
			most = max(most, v.Len())
		}
	}
	return most
}

// pairs returns how many pairs of a query and a key that it sees there are.
func pairs(c *Call, q, k *View) int {
	n := q.Shape[0] * q.Shape[1] * q.Shape[2] * k.Shape[2]
	if c.Flag {
		n -= q.Shape[0] * q.Shape[1] * q.Shape[2] * (q.Shape[2] - 1) / 2 // as long as there are no fewer keys
	}
	return max(n, 0)
}

// Bytes returns how many bytes the call reads and writes.
func (c *Call) Bytes() int {
	n := 0
	for _, v := range c.Out {
		if v != nil {
			n += v.Len() * v.DType.Bytes()
		}
	}
	for _, v := range c.In {
		if v != nil {
			n += v.Len() * v.DType.Bytes()
		}
	}
	return n
}
