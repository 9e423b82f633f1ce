package imagenet

import "testing"

// Some classes that everybody knows by their number.
func TestNames(t *testing.T) {
	all := Names()
	if len(all) != 1000 {
		t.Fatalf("%d names, want 1000", len(all))
	}
	for i, want := range map[int]string{0: "tench", 1: "goldfish", 281: "tabby", 282: "tiger cat", 388: "giant panda", 999: "toilet tissue", 134: "crane bird", 517: "crane"} {
		if all[i] != want {
			t.Errorf("class %d is %q, want %q", i, all[i], want)
		}
	}
	first := map[string]int{}
	for i, name := range all {
		if j, taken := first[name]; taken || name == "" {
			t.Errorf("class %d is %q, as is %d", i, name, j)
		}
		first[name] = i
	}
}
