package sample

import "testing"

// There are as many chorales and sixteenths as were published, all whole quarters within the range of voices.
func TestChorales(t *testing.T) {
	train, validation, test, err := Chorales()
	if err != nil || len(train) != 229 || len(validation) != 76 || len(test) != 77 {
		t.Fatal(len(train), len(validation), len(test), err)
	}
	steps, silent := 0, 0
	for _, part := range [][]Chorale{train, validation, test} {
		for _, c := range part {
			steps += len(c)
			if len(c)%4 != 0 {
				t.Errorf("a chorale of %d sixteenths", len(c))
			}
			for _, s := range c {
				for _, k := range s {
					if k == 0 {
						silent++
					} else if k < 36 || k > 81 {
						t.Errorf("the key %d", k)
					}
				}
			}
		}
	}
	if steps != 92536 || silent == 0 || train[0][0] != [4]int{74, 70, 65, 58} {
		t.Errorf("%d steps, %d silent voices, beginning with %v", steps, silent, train[0][0])
	}
	for _, bad := range []string{"1,2,3", "1,2,3,x", "1,2,3,128", "1,2,3,-4"} {
		if _, err := chorale(bad); err == nil {
			t.Errorf("%q is a step", bad)
		}
	}
}
