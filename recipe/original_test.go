package recipe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What is shown of a row is what stands in the table, in its units, with what the model does not see.
func TestOriginalRows(t *testing.T) {
	var b strings.Builder
	b.WriteString("name,size,weight,kind,note,price\n")
	for i := range 80 {
		fmt.Fprintf(&b, "thing %d,%d,%s,%s,%d,%d\n", i, 1000000+i, []string{"0.25", ""}[i%2], []string{"soft", "hard"}[i%2], i%3, 7*i)
	}
	path := file(t, b.String())
	for _, set := range [][]string{nil, {"data.test_file=" + path, "data.test=0.2"}} {
		s := trained(t, "iris", append([]string{"data=csv", "data.file=" + path, "data.target=price", `data.ignore=["note"]`, "train.epochs=1", "metrics=[]", "objective=mean_squared_error"}, set...)...)
		e, err := s.Examine(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for k := range 2 {
			p, err := e.Show(k)
			if err != nil {
				t.Fatal(err)
			}
			var i int
			if _, err := fmt.Sscanf(p.Want, "%d", &i); err != nil {
				t.Fatal(err)
			}
			i /= 7
			want := []Cell{
				{"name", fmt.Sprintf("thing %d", i), true},
				{"size", fmt.Sprint(1000000 + i), false},
				{"weight", []string{"0.25", "missing"}[i%2], false},
				{"kind", []string{"soft", "hard"}[i%2], false},
				{"note", fmt.Sprint(i % 3), true},
			}
			if !slices.Equal(p.Row, want) {
				t.Errorf("%v: example %d is %v, want %v", set, k, p.Row, want)
			}
		}
	}
}

// What is shown of a text is what was written, and what of it is not read.
func TestOriginalTexts(t *testing.T) {
	s := trained(t, "spam", "train.epochs=1", "data.length=5")
	all, err := s.Ask(t.Context(), Question{Most: 30})
	if err != nil {
		t.Fatal(err)
	}
	capitals, cut := 0, 0
	for _, p := range all {
		if strings.ToLower(p.Input) != p.Input {
			capitals++
		}
		if strings.Contains(p.Input, " (the first 5 of ") {
			cut++
		}
	}
	if capitals < 20 || cut < 20 {
		t.Errorf("%d of 30 messages have capitals, %d are said to be cut; the first is %q", capitals, cut, all[0].Input)
	}
}
