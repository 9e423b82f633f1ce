package sample

import (
	"testing"
	"unicode/utf8"
)

func TestNames(t *testing.T) {
	names, err := Names()
	if err != nil || len(names) != 32033 || names[0] != "emma" {
		t.Fatal(len(names), err)
	}
	different := map[string]bool{}
	for _, name := range names {
		different[name] = true
		if len(name) < 2 || len(name) > 15 {
			t.Errorf("the name %q", name)
		}
	}
	if len(names)-len(different) != 2539 {
		t.Errorf("%d different names", len(different))
	}
}

// Each poem is couplets of lines of five characters, or of seven, and can be cut into quatrains.
func TestTangPoems(t *testing.T) {
	poems, err := TangPoems()
	if err != nil || len(poems) != 3232 {
		t.Fatal(len(poems), err)
	}
	if got := poems[0][0]; got != [2]string{"秦川雄帝宅", "函谷壯皇居"} {
		t.Errorf("the first couplet is %q", got)
	}
	quatrains := 0
	for i, poem := range poems {
		length := utf8.RuneCountInString(poem[0][0])
		if length != 5 && length != 7 || len(poem)%2 != 0 || len(poem) > 8 {
			t.Errorf("poem %d has %d couplets of lines of %d", i, len(poem), length)
		}
		quatrains += len(poem) / 2
		for _, couplet := range poem {
			if utf8.RuneCountInString(couplet[0]) != length || utf8.RuneCountInString(couplet[1]) != length {
				t.Errorf("poem %d: the couplet %q", i, couplet)
			}
		}
	}
	if quatrains != 6153 {
		t.Errorf("%d quatrains", quatrains)
	}
}

func TestConversations(t *testing.T) {
	all, err := Conversations()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for i, c := range all {
		count[c.From]++
		if len(c.Turns) == 0 || len(c.Turns)%2 != 0 {
			t.Errorf("conversation %d has %d turns", i, len(c.Turns))
		}
		for _, s := range c.Turns {
			if s == "" || !utf8.ValidString(s) {
				t.Errorf("conversation %d: the turn %q", i, s)
			}
		}
	}
	if len(count) != 3 || count["instruction"] != 1100 || count["guided"] != 367 {
		t.Errorf("%v", count)
	}
}
