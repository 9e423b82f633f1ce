package recipe

import (
	"slices"
	"strings"
	"testing"
)

// A vocabulary that was kept reads the same, pieces spell the text, and rows of unequal length are padded.
func TestPieces(t *testing.T) {
	texts := []string{"the cat sat on the mat", "the hat of the cat", "ein Hut für die Katze"}
	learned, err := LearnPieces(t.Context(), slices.Values(texts), LeastPieces+12)
	if err != nil {
		t.Fatal(err)
	}
	document, err := learned.Document()
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenPieces(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Pieces{learned, again} {
		rows, err := p.Cut(texts, 100)
		if err != nil {
			t.Fatal(err)
		}
		spelled := p.Spelled()
		for i, row := range rows {
			var b strings.Builder
			for _, id := range row {
				b.Write(spelled[id])
			}
			if got := b.String(); got != texts[i] || p.Decode(row, true) != texts[i] || row[len(row)-1] != EndPiece {
				t.Errorf("%q became %v, which spell %q", texts[i], row, got)
			}
		}
		m := PadPieces(rows)
		first := m.Ints()[:m.Dim(1)]
		if m.Dim(0) != 3 || m.Dim(1) != max(len(rows[0]), len(rows[1]), len(rows[2])) || !slices.Equal(first[:len(rows[0])], rows[0]) || slices.Max(append(first[len(rows[0]):], 0)) != PaddingPiece {
			t.Errorf("%v of %v", m, rows)
		}
		if cut, err := p.Cut(texts, 4); err != nil || !slices.Equal(cut[2], append(slices.Clone(rows[2][:3]), EndPiece)) {
			t.Errorf("%v, %v of %v", cut, err, rows[2])
		}
	}
	if _, err := OpenPieces([]byte(`{"model": 3}`)); err == nil {
		t.Error("a damaged vocabulary is read")
	}
}
