package sample

import (
	"strings"
	"testing"
)

// Of each digit and speaker there are four recordings, whole and audible, one of them for the test.
func TestDigits(t *testing.T) {
	all, err := Digits()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	seconds := 0.0
	for _, r := range all {
		parts := strings.Split(r.Name(), "_")
		if len(parts) != 3 {
			t.Fatalf("a recording %q", r.Path)
		}
		count[parts[0]+" "+parts[1]]++
		count[parts[2]]++
		seconds += r.Seconds()
		loudest := float32(0)
		for _, x := range r.Channels[0] {
			loudest = max(loudest, x, -x)
		}
		if r.Rate != 8000 || len(r.Channels) != 1 || r.Seconds() < 0.1 || r.Seconds() > 2.4 || loudest < 0.01 {
			t.Errorf("%s: %v seconds at %d, the loudest sample %v", r.Path, r.Seconds(), r.Rate, loudest)
		}
	}
	if len(all) != 240 || len(count) != 60+4 || count["0"] != 60 || count["7 jackson"] != 4 || seconds < 100 || seconds > 110 {
		t.Errorf("%d recordings, %d kinds, %d for the test, %v seconds", len(all), len(count), count["0"], seconds)
	}
}
