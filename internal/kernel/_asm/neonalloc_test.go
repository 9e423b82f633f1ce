package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// run executes lines of moves, additions and multiply-adds of whole registers; where memory is read, it is the number
// of the constant.
func run(t *testing.T, lines []string, in float64) (out float64) {
	t.Helper()
	number := regexp.MustCompile(`[vVF](\d+)`)
	var reg [registers]float64
	for _, l := range lines {
		var r []int
		for _, m := range number.FindAllStringSubmatch(strings.SplitN(l+"// ", "// ", 2)[0], -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil || n >= registers {
				t.Fatalf("%s: register %s", l, m[1])
			}
			r = append(r, n)
		}
		switch op, rest, _ := strings.Cut(l, " "); op {
		case "IN":
			reg[r[0]] = in
		case "OUT":
			out = reg[r[0]]
		case "FMOVQ":
			var at int
			fmt.Sscanf(rest, "%d(R9)", &at)
			reg[r[0]] = float64(at / 16)
		case "VMOV":
			reg[r[1]] = reg[r[0]]
		case "VEOR":
			reg[r[2]] = 0
		case "VADD":
			reg[r[2]] = reg[r[1]] + reg[r[0]]
		case "VFMLA":
			reg[r[2]] += reg[r[1]] * reg[r[0]]
		default:
			t.Fatalf("unknown line %s", l)
		}
	}
	return out
}

// TestRegisters finds registers for polynomials with fewer and more constants than there are registers, and with
// more values alive at once, and runs what comes out.
func TestRegisters(t *testing.T) {
	for _, degree := range []int{1, 5, 27, 31, 40, 60} {
		for _, alive := range []int{1, 9, 20} {
			n := &neon{constants: map[[4]uint32]*neonValue{}}
			v := &vector{neon: n}
			sum := n.global()
			n.line(held)
			n.assign(sum, n.constant(0))
			x := n.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string { return fmt.Sprintf("IN F%d", d[0]) }})
			var c []uint32
			for i := range degree + 1 {
				c = append(c, uint32(i+1)) // bits that are no number of interest: what is read is the place
			}
			places := map[[4]uint32]int{}
			table := func(w [4]uint32) int {
				if _, ok := places[w]; !ok {
					places[w] = 16 * len(places)
				}
				return places[w]
			}
			var kept []vec
			for range alive {
				p := v.copy(n.constant(c[0]))
				for _, k := range c[1:] {
					v.fma(p, x, n.constant(k))
				}
				kept = append(kept, p)
			}
			total := kept[0]
			for _, p := range kept[1:] {
				total = v.addInt(total, p)
			}
			n.assign(sum, v.addInt(sum, total))
			n.record(&neonOp{src: []*neonValue{valueOf(sum)}, text: func(_, s []int) string { return fmt.Sprintf("OUT F%d", s[0]) }})
			lines := n.finish(table)
			want := 0.0
			for i, k := range c {
				at := float64(places[[4]uint32{k, k, k, k}] / 16)
				if i == 0 {
					want = at
				} else {
					want = want*0.5 + at
				}
			}
			if got, want := run(t, lines, 0.5), want*float64(alive); got != want {
				t.Errorf("degree %d, %d alive: %v, want %v:\n%s", degree, alive, got, want, strings.Join(lines, "\n"))
			}
		}
	}
}
