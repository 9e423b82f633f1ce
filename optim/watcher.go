package optim

// A Watcher is a schedule that changes with what is measured, such as the loss on a validation set. What it remembers is
// saved with the state of its optimizer.
type Watcher interface {
	Schedule

	// Observe takes notice of a number that should fall: a loss, or minus an accuracy.
	Observe(value float64)

	// Memory returns the numbers that the schedule remembers, always as many.
	Memory() []float64

	// Remember puts them back.
	Remember(numbers []float64)
}

// Observe tells the schedule, and those it is made of, of a number that should fall: a loss, or minus an accuracy. Only a
// [Watcher] listens. train.Fit calls it after each epoch.
func (o *Optimizer) Observe(value float64) {
	for _, w := range watchers(o.Schedule) {
		w.Observe(value)
	}
}

// A Composite is a schedule made of others.
type Composite interface {
	Schedule

	// Parts returns the others.
	Parts() []Schedule
}

// watching are the watchers in a schedule.
type watching []Watcher

func watchers(s Schedule) (all watching) {
	switch s := s.(type) {
	case Watcher:
		return watching{s}
	case Composite:
		for _, p := range s.Parts() {
			all = append(all, watchers(p)...)
		}
	}
	return all
}

func (w watching) memory() (all []float64) {
	for _, x := range w {
		all = append(all, x.Memory()...)
	}
	return all
}

func (w watching) remember(v []float64) {
	for _, x := range w {
		n := len(x.Memory())
		x.Remember(v[:n])
		v = v[n:]
	}
}
