package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/pass"
)

func init() { pass.Compile = pass.Concat(pass.FunctionPass(weave), pass.Compile) }

// strands emits n pieces of code that do not depend on each other, woven into each other: first the first instruction of
// each, then the second. A long chain of instructions that wait for one another fills the scheduler of the processor
// before the next chain comes into its sight; of woven ones it always sees several.
func strands(n int, emit func(i int)) {
	for i := range n {
		build.Comment(strand)
		emit(i)
	}
	build.Comment(woven)
}

// What comes before each strand, and after the last.
const strand, woven = "strand", "woven"

// weave puts the instructions of strands into their order. It runs before registers are allocated.
func weave(f *ir.Function) error {
	var nodes []ir.Node
	var open [][]ir.Node // strands so far
	for _, n := range f.Nodes {
		mark := ""
		if c, ok := n.(*ir.Comment); ok {
			mark = c.Lines[0]
		}
		switch {
		case mark == strand:
			open = append(open, nil)
		case mark == woven:
			for len(open) > 0 {
				var left [][]ir.Node
				for _, s := range open {
					nodes = append(nodes, s[0])
					if len(s) > 1 {
						left = append(left, s[1:])
					}
				}
				open = left
			}
		case open != nil:
			last := len(open) - 1
			open[last] = append(open[last], n)
		default:
			nodes = append(nodes, n)
		}
	}
	f.Nodes = nodes
	return nil
}
