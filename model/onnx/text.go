package onnx

import (
	"regexp"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("StringConcat", 20, func(c *call) []*Value {
		x, y, shape := c.broadcastStrings(c.strings(0), c.strings(1))
		for i := range x {
			x[i] += y[i]
		}
		return []*Value{OfStrings(x, shape...)}
	})
	register("StringSplit", 20, stringSplit)
	register("StringNormalizer", 10, stringNormalizer)
	register("RegexFullMatch", 20, func(c *call) []*Value {
		re, err := regexp.Compile(`\A(?:` + c.text("pattern", "") + `)\z`)
		if err != nil {
			c.fail("%v", err)
		}
		v := c.strings(0)
		out := make([]bool, len(v.Strings))
		for i, s := range v.Strings {
			out[i] = re.MatchString(s)
		}
		return c.give(tensor.OutputOf(device.Bool, c.anchor, out, v.Shape))
	})
}

// stringSplit cuts strings at a delimiter, or at white space, and fills up with empty ones to the most there are.
func stringSplit(c *call) []*Value {
	v, by, most := c.strings(0), c.text("delimiter", ""), c.integer("maxsplit", -1)
	parts, counts, width := make([][]string, len(v.Strings)), make([]int64, len(v.Strings)), 0
	for i, s := range v.Strings {
		switch {
		case by == "":
			parts[i] = words(s, most)
		case most >= 0:
			parts[i] = strings.SplitN(s, by, most+1)
		default:
			parts[i] = strings.Split(s, by)
		}
		counts[i], width = int64(len(parts[i])), max(width, len(parts[i]))
	}
	out := make([]string, 0, c.product([]int{len(parts), width}))
	for _, p := range parts {
		out = append(append(out, p...), make([]string, width-len(p))...)
	}
	return []*Value{OfStrings(out, append(slices.Clone(v.Shape), width)...), Of(c.ofInts(counts, append([]int{}, v.Shape...)...))}
}

// words cuts at white space, no more often than most says if that is not negative.
func words(s string, most int) (parts []string) {
	s = strings.TrimSpace(s)
	for s != "" {
		at := strings.IndexAny(s, " \t\n\v\f\r")
		if at < 0 || most >= 0 && len(parts) == most {
			return append(parts, s)
		}
		parts, s = append(parts, s[:at]), strings.TrimSpace(s[at:])
	}
	return parts
}

// stringNormalizer changes the case and drops words; where all are dropped one empty string is left.
func stringNormalizer(c *call) []*Value {
	v := c.strings(0)
	if len(v.Shape) == 0 || len(v.Shape) > 2 || len(v.Shape) == 2 && v.Shape[0] != 1 {
		c.fail("the input has shape %v; want [n] or [1 n]", v.Shape)
	}
	change := map[string]func(string) string{"NONE": strings.Clone, "LOWER": strings.ToLower, "UPPER": strings.ToUpper}[c.text("case_change_action", "NONE")]
	if change == nil {
		c.fail("case_change_action is %s", c.text("case_change_action", ""))
	}
	exact := c.flag("is_case_sensitive", false)
	stop := map[string]bool{}
	for _, w := range c.texts("stopwords") {
		if !exact {
			w = strings.ToLower(w)
		}
		stop[w] = true
	}
	var kept []string
	for _, s := range v.Strings {
		key := s
		if !exact {
			key = strings.ToLower(s)
		}
		if !stop[key] {
			kept = append(kept, change(s))
		}
	}
	if len(kept) == 0 {
		kept = []string{""}
	}
	shape := slices.Clone(v.Shape)
	shape[len(shape)-1] = len(kept)
	return []*Value{OfStrings(kept, shape...)}
}
