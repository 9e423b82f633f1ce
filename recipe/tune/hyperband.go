package tune

import "math"

// Hyperband is successive halving with several bargains between many trials and long ones, one bracket after another.
//
//	R = Epochs / Min,  sₘₐₓ = ⌊log_η R⌋
//	bracket s = sₘₐₓ … 0     n = ⌈(sₘₐₓ + 1)/(s + 1) · ηˢ⌉ trials of Epochs·η⁻ˢ epochs, at least 1; then the best ⌊n/η⌋ of η times as
//	                         many, and so on, until they have had them all
//
// A rung waits for all its trials. When all brackets are done they begin anew with other trials, while there are to be any.
//
// Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar, Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization,
// 2018 (arXiv:1603.06560), algorithm 1.
type Hyperband struct {
	Trials int // at most; 0: those of one round of brackets
	Epochs int
	Min    int // epochs that a trial gets at least; 1 if 0
	Eta    int // η; 3 if 0

	bracket int // counted from 0, over all rounds
	begun   int // trials
	level   int // the rung that is under way
	queue   []Job
	waiting int // results of the rung that are not known
	results []result
}

// A Bracket is one bargain: so many trials in the first rung, trained until the first of the epochs.
type Bracket struct {
	Trials int
	Epochs []int // of each rung
}

// Brackets returns the brackets of a round.
func (h *Hyperband) Brackets() []Bracket {
	eta, least := float64(h.eta()), float64(max(1, h.Min))
	most := int(math.Log(float64(h.Epochs)/least)/math.Log(eta) + 1e-9)
	var all []Bracket
	for s := max(0, most); s >= 0; s-- {
		n := float64(most+1) / float64(s+1) * math.Pow(eta, float64(s))
		b := Bracket{Trials: int(math.Ceil(n - 1e-9))}
		for i := s; i >= 0; i-- {
			b.Epochs = append(b.Epochs, max(1, int(math.Round(float64(h.Epochs)*math.Pow(eta, -float64(i))))))
		}
		all = append(all, b)
	}
	return all
}

func (h *Hyperband) eta() int { return (&ASHA{Eta: h.Eta}).eta() }

// Next returns the next trial of the rung that is under way.
func (h *Hyperband) Next() (Job, bool) {
	if len(h.queue) == 0 && h.waiting == 0 {
		h.fill()
	}
	if len(h.queue) == 0 {
		return Job{}, false
	}
	j := h.queue[0]
	h.queue = h.queue[1:]
	return j, true
}

// fill makes the jobs of the next rung, or of the next bracket.
func (h *Hyperband) fill() {
	all := h.Brackets()
	if h.bracket > 0 {
		b := all[(h.bracket-1)%len(all)]
		if h.level+1 < len(b.Epochs) {
			top := best(h.results, len(h.results)/h.eta())
			h.results, h.level = nil, h.level+1
			for _, x := range top {
				h.queue = append(h.queue, Job{x.trial, b.Epochs[h.level-1], b.Epochs[h.level]})
			}
		}
	}
	if len(h.queue) == 0 {
		if h.Trials == 0 && h.bracket == len(all) {
			return
		}
		b := all[h.bracket%len(all)]
		h.bracket, h.level, h.results = h.bracket+1, 0, nil
		for range b.Trials {
			if h.Trials > 0 && h.begun >= h.Trials {
				break
			}
			h.queue = append(h.queue, Job{h.begun, 0, b.Epochs[0]})
			h.begun++
		}
	}
	h.waiting = len(h.queue)
}

// Tell enters a result into the rung that is under way.
func (h *Hyperband) Tell(j Job, loss float64) {
	h.results = append(h.results, result{j.Trial, loss})
	h.waiting--
}
