package optim

import "github.com/jimu-ml/jimu/tensor"

// COCOB bets on each element as on a coin, and needs no rate.
//
//	L ← max(L, |g|)    G ← G + |g|    R ← max(R − g(p − p₀), 0)    C ← C − g        L is ε at first, p₀ = p
//	p ← p₀ + C/(L max(G + L, αL)) · (L + R)
//
// A schedule multiplies the gradient, as in Optax; it is best left out.
//
// Orabona and Tommasi, Training Deep Networks without Learning Rates Through Coin Betting, 2017 (arXiv:1705.07795),
// algorithm 2.
type COCOB struct {
	Alpha       float64 // α; 0 means 100
	Eps         float64 // ε; 0 means 1e-8
	WeightDecay float64 // added to the gradient
}

// Slots returns start, bet, most, total and reward: p₀, C, L, G and R.
func (r COCOB) Slots() []string { return []string{"start", "bet", "most", "total", "reward"} }

// Update moves p along g.
func (r COCOB) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	start, bet, most, total, reward := slots[0], slots[1], slots[2], slots[3], slots[4]
	if at.Step == 1 {
		start.CopyFrom(p)
		most.Fill(or(r.Eps, 1e-8))
	}
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), 0, false)
	d = d.Scale(at.Rate)
	most.CopyFrom(most.Maximum(d.Abs()))
	total.CopyFrom(total.Add(d.Abs()))
	reward.CopyFrom(reward.Sub(d.Mul(w.Sub(start))).Maximum(d.FullLike(0)))
	bet.CopyFrom(bet.Sub(d))
	under := most.Mul(total.Add(most).Maximum(most.Scale(or(r.Alpha, 100))))
	p.CopyFrom(start.Add(bet.Div(under).Mul(most.Add(reward))))
}
