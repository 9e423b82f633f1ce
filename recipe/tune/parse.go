package tune

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

func mistake(key, format string, args ...any) error {
	return recipe.Errorf("search."+key, format, args...)
}

// ParseDim reads what a key may be, as a command line has it:
//
//	uniform(0, 0.5)        a number between; uniform(0, 0.5, 0.1) in steps
//	log(1e-4, 1e-2)        a number between, evenly on a logarithmic scale
//	int(1, 8)              a whole number; int(16, 128, 16) in steps
//	logint(8, 512)         a whole number, evenly on a logarithmic scale
//	mlp|convnet            one of these; each is JSON, or a word
//	[[16, 32], [32, 64]]   one of the elements of a list
func ParseDim(key, text string) (Dim, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") {
		var list []any
		if err := decodeJSON([]byte(text), &list); err == nil {
			return choices(key, list)
		}
	}
	if name, inside, ok := strings.Cut(text, "("); ok && strings.HasSuffix(inside, ")") && !strings.Contains(name, "|") {
		return ranged(key, strings.TrimSpace(name), strings.TrimSuffix(inside, ")"))
	}
	var list []any
	for _, word := range strings.Split(text, "|") {
		var v any
		if word = strings.TrimSpace(word); decodeJSON([]byte(word), &v) != nil {
			v = word
		}
		list = append(list, v)
	}
	return choices(key, list)
}

// decodeJSON reads one value and nothing behind it, numbers as json.Number.
func decodeJSON(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("something stands behind it")
	}
	return nil
}

func choices(key string, list []any) (Dim, error) {
	if len(list) == 0 {
		return Dim{}, mistake(key, "the list is empty")
	}
	var seen []string
	for _, v := range list {
		text := said(v)
		if text == `""` || slices.Contains(seen, text) {
			return Dim{}, mistake(key, "the choice %s is empty, or stands twice", text)
		}
		seen = append(seen, text)
	}
	return Dim{Key: key, Choices: list}, nil
}

// kinds are the ranges by name: whether they are logarithmic, whether whole, and the most numbers they take.
var kinds = map[string]struct {
	log, whole bool
	most       int
}{"uniform": {most: 3}, "log": {log: true, most: 2}, "int": {whole: true, most: 3}, "logint": {true, true, 2}}

func ranged(key, name, inside string) (Dim, error) {
	kind, ok := kinds[name]
	if !ok {
		return Dim{}, mistake(key, "there is no range %q; there are uniform, log, int and logint, and choices: a|b|c", name)
	}
	var x []float64
	for _, word := range strings.Split(inside, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil || math.IsInf(v, 0) || v != v || kind.whole && v != math.Trunc(v) {
			return Dim{}, mistake(key, "%q is not what %s takes; want %s(1, 8), a lower and an upper number", strings.TrimSpace(word), name, name)
		}
		x = append(x, v)
	}
	if len(x) < 2 || len(x) > kind.most {
		return Dim{}, mistake(key, "%s has %d numbers; want a lower and an upper one, of uniform and int a step too", name, len(x))
	}
	d := Dim{Key: key, Low: x[0], High: x[1], Log: kind.log}
	if kind.whole {
		d.Step = 1
	}
	if len(x) == 3 {
		d.Step = x[2]
		if d.Step <= 0 || d.Step > d.High-d.Low {
			return Dim{}, mistake(key, "the step is %g; want one above 0 that fits between %g and %g", d.Step, d.Low, d.High)
		}
		d.High = d.Low + math.Floor((d.High-d.Low)/d.Step+1e-9)*d.Step
	}
	if d.Low >= d.High || d.Log && d.Low <= 0 {
		return Dim{}, mistake(key, "%s goes from %g to %g; want the lower number first, and above 0 on a logarithmic scale", name, d.Low, d.High)
	}
	return d, nil
}

// document returns what [ParseDim] reads, or the list of the choices.
func (d Dim) document() any {
	switch {
	case d.Choices != nil:
		return d.Choices
	case d.Log && d.Step > 0:
		return fmt.Sprintf("logint(%g, %g)", d.Low, d.High)
	case d.Log:
		return fmt.Sprintf("log(%g, %g)", d.Low, d.High)
	case d.Step > 0:
		return fmt.Sprintf("uniform(%g, %g, %g)", d.Low, d.High, d.Step)
	}
	return fmt.Sprintf("uniform(%g, %g)", d.Low, d.High)
}

// said returns a value as JSON.
func said(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
