package tune

import (
	"fmt"
	"slices"
	"testing"
)

// The rungs, and who is promoted when, are the paper's: algorithm 2 with η = 3 on nine trials whose losses are known. Of three
// results in a rung the best goes up as soon as they are there.
func TestASHAPromotesAsThePaper(t *testing.T) {
	a := &ASHA{Trials: 9, Epochs: 9, Eta: 3}
	if got := a.Rungs(); !slices.Equal(got, []int{1, 3, 9}) {
		t.Fatalf("rungs %v", got)
	}
	losses := []float64{0.9, 0.2, 0.5, 0.1, 0.8, 0.7, 0.3, nan, 0.6}
	var got []string
	for {
		j, ok := a.Next()
		if !ok {
			break
		}
		got = append(got, fmt.Sprintf("%d:%d-%d", j.Trial, j.From, j.Until))
		a.Tell(j, losses[j.Trial])
	}
	want := []string{
		"0:0-1", "1:0-1", "2:0-1", "1:1-3", // the best of three
		"3:0-1", "3:1-3", // better than all: among the best ⌊4/3⌋
		"4:0-1", "5:0-1", // the best two of six are up already
		"6:0-1", "7:0-1", "8:0-1", "6:1-3", // the third of the best three of nine
		"3:3-9", // the best of three in the second rung
	}
	if !slices.Equal(got, want) {
		t.Errorf("jobs\n%v, want\n%v", got, want)
	}
}

// A trial that is better than those before it is promoted though the rung was full of worse ones, and no trial twice.
func TestASHAInParallel(t *testing.T) {
	a := &ASHA{Trials: 30, Epochs: 27, Min: 3, Eta: 3}
	if got := a.Rungs(); !slices.Equal(got, []int{3, 9, 27}) {
		t.Fatalf("rungs %v", got)
	}
	seen := map[Job]int{}
	var under []Job
	for {
		for len(under) < 4 {
			j, ok := a.Next()
			if !ok {
				break
			}
			seen[j]++
			under = append(under, j)
		}
		if len(under) == 0 {
			break
		}
		a.Tell(under[0], float64((under[0].Trial*7)%30))
		under = under[1:]
	}
	count := map[int]int{}
	for j, n := range seen {
		count[j.Until]++
		if n > 1 {
			t.Errorf("%v is done %d times", j, n)
		}
	}
	if count[3] != 30 || count[9] < 10 || count[9] > 14 || count[27] < 3 || count[27] > 5 {
		t.Errorf("trials by epochs: %v; want 30, about a third of them, and of these about a third", count)
	}
	if seen[Job{0, 9, 27}] != 1 {
		t.Error("the best trial did not get to the end")
	}
}

// The brackets are the paper's for R = 81 and η = 3, with ⌈ ⌉ as in algorithm 1 (its table 1 rounds down).
func TestHyperbandBrackets(t *testing.T) {
	h := &Hyperband{Epochs: 81, Eta: 3}
	var trials []int
	for i, b := range h.Brackets() {
		trials = append(trials, b.Trials)
		if len(b.Epochs) != 5-i || b.Epochs[len(b.Epochs)-1] != 81 || i == 0 && !slices.Equal(b.Epochs, []int{1, 3, 9, 27, 81}) {
			t.Errorf("bracket %d has rungs %v", i, b.Epochs)
		}
	}
	if !slices.Equal(trials, []int{81, 34, 15, 8, 5}) {
		t.Errorf("trials %v, want 81, 34, 15, 8, 5", trials)
	}
	if b := (&Hyperband{Epochs: 1}).Brackets(); len(b) != 1 || b[0].Trials != 1 || !slices.Equal(b[0].Epochs, []int{1}) {
		t.Errorf("brackets of one epoch: %v", b)
	}
}

// A rung waits for all its results, keeps the best ⌊n/η⌋, and a round is all brackets.
func TestHyperbandRound(t *testing.T) {
	h := &Hyperband{Epochs: 9, Eta: 3}
	count := map[string]int{}
	for {
		var rung []Job
		for {
			j, ok := h.Next()
			if !ok {
				break
			}
			rung = append(rung, j)
		}
		if len(rung) == 0 {
			break
		}
		for _, j := range rung {
			count[fmt.Sprintf("%d-%d", j.From, j.Until)]++
			h.Tell(j, float64(-j.Trial))
		}
		if j := rung[0]; j.Until == 9 && j.From == 3 && j.Trial != 8 && j.Trial != 13 {
			t.Errorf("%v goes on, which is not the best of its bracket", j)
		}
	}
	want := map[string]int{"0-1": 9, "1-3": 3, "3-9": 1 + 1, "0-3": 5, "0-9": 3}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("jobs %v, want %v", count, want)
	}
	some := &Hyperband{Epochs: 9, Eta: 3, Trials: 25}
	trials := 0
	for {
		j, ok := some.Next()
		if !ok {
			break
		}
		trials = max(trials, j.Trial+1)
		some.Tell(j, float64(j.Trial))
	}
	if trials != 25 {
		t.Errorf("%d trials, want 25: brackets begin anew until there are as many", trials)
	}
}
