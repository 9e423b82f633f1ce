package optim

// Lookahead lets any rule run ahead, and every k steps goes a part of the way after it. It goes around any rule:
//
//	opt.Lookahead = &optim.Lookahead{}
//
//	slow ← slow + α(p − slow)    p ← slow     every k steps; slow is what p was at first
//
// What the rule remembers stays as it is. The slow weights are what the paper validates with: they are the parameters after
// every k-th step.
//
// Zhang, Lucas, Hinton and Ba, Lookahead Optimizer: k steps forward, 1 step back, 2019 (arXiv:1907.08610), algorithm 1.
type Lookahead struct {
	Every int     // k; 0 means 5
	Alpha float64 // α; 0 means 0.5
}

// start notes what the parameters are before the first step.
func (l *Lookahead) start(cells []*cell) {
	for _, c := range cells {
		if c.slow == nil {
			c.slow = wideLike(c.param.Value)
			c.slow.CopyFrom(c.param.Value)
		}
	}
}

// follow lets the slow weights follow after a step.
func (l *Lookahead) follow(step int, cells []*cell) {
	every := l.Every
	if every <= 0 {
		every = 5
	}
	if step%every != 0 {
		return
	}
	alpha := or(l.Alpha, 0.5)
	for _, c := range cells {
		p, slow := c.param.Value, c.slow
		c.slow.CopyFrom(slow.Add(wide(p).Sub(slow).Scale(alpha)))
		p.CopyFrom(c.slow)
	}
}
