package cpu

import (
	"github.com/jimu-ml/jimu/device"
)

// convForward computes y = x ∗ w + bias, and the relu of it if asked for.
func convForward(c *convolution, bias *device.View, relu bool) {
	var values []float32
	if bias != nil {
		b, v := floats(c.outputs)
		defer pool.put(b)
		line{memory[float32](bias), bias.Offset, bias.Stride[0], 0}.read(v, c.outputs)
		values = v
	}
	if c.depthwise() {
		depthProduct(c, c.forward(), c.y, values, relu)
		return
	}
	s := c.forward()
	if w := s.winogradOf(c.groups, c.outputs, false); w != nil {
		winogradForward(c, &s, w, c.y, values, relu, false)
		return
	}
	p := c.product(s, values, relu)
	p.run()
}

// product returns the convolution as it is defined.
func (c *convolution) product(s sweep, bias []float32, relu bool) *sweepProduct {
	p := &sweepProduct{sweep: s, conv: c, groups: c.groups, y: c.y, bias: bias, relu: relu}
	p.weights = *newWeights(c, &p.sweep, false)
	return p
}

// convSum computes y = x ∗ w + bias + z, and the relu of it if asked for, or returns false if y does not get each of its
// elements at once, so that z could be added before it is stored. The bits are those of the sum afterwards.
func convSum(c *convolution, bias, z *device.View, relu bool) bool {
	if c.depthwise() || c.taps() != 1 || c.inputs/c.groups > sumLength || c.y.Stride[1] != 1 {
		return false
	}
	if z := spatial(z); *z != *c.y {
		Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{c.y}, In: []*device.View{z}})
	}
	var values []float32
	if bias != nil {
		b, v := floats(c.outputs)
		defer pool.put(b)
		line{memory[float32](bias), bias.Offset, bias.Stride[0], 0}.read(v, c.outputs)
		values = v
	}
	p := c.product(c.forward(), values, relu)
	p.sum = true
	p.run()
	return true
}

// forward returns the sweep of the window over x.
func (c *convolution) forward() sweep {
	s := sweep{x: c.x, n: c.n, channels: c.inputs, grid: c.out, step: c.stride}
	for a := range s.taps {
		for k := range c.window[a] {
			s.taps[a] = append(s.taps[a], tap{k*c.dilation[a] - c.pad[a], k})
		}
	}
	return s
}

// convInput computes dx from dy and w. The positions of x that lie equally between the strides see the same part of the window:
// they are a convolution of dy with it, backwards.
func convInput(c *convolution) {
	each(c.stride, func(r [3]int) {
		s, dx := c.backward(r)
		if s.grid[0]*s.grid[1]*s.grid[2]*c.n*c.inputs == 0 {
			return
		}
		for a := range s.taps {
			if len(s.taps[a]) == 0 {
				Device.Run(&device.Call{Op: device.Fill, Out: []*device.View{dx}})
				return
			}
		}
		if c.depthwise() {
			depthProduct(c, s, dx, nil, false)
			return
		}
		if w := s.winogradOf(c.groups, c.inputs, true); w != nil {
			winogradForward(c, &s, w, dx, nil, false, true)
			return
		}
		p := &sweepProduct{sweep: s, conv: c, gradient: true, groups: c.groups, y: dx}
		p.weights = *newWeights(c, &p.sweep, true)
		p.run()
	})
}

// backward returns the sweep over dy for the positions r, r + stride, … of dx, and a view of these.
func (c *convolution) backward(r [3]int) (sweep, *device.View) {
	s := sweep{x: c.y, n: c.n, channels: c.outputs, step: [3]int{1, 1, 1}}
	dx := *c.x
	for a := range s.taps {
		s.grid[a] = max(0, (c.in[a]-r[a]+c.stride[a]-1)/c.stride[a])
		dx.Shape[a+2] = s.grid[a]
		dx.Offset += r[a] * dx.Stride[a+2]
		dx.Stride[a+2] *= c.stride[a]
		for k := c.window[a] - 1; k >= 0; k-- {
			if at := r[a] + c.pad[a] - k*c.dilation[a]; at%c.stride[a] == 0 {
				s.taps[a] = append(s.taps[a], tap{at / c.stride[a], k})
			}
		}
	}
	return s, &dx
}
