package text

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jimu-ml/jimu/device"
)

var poem = []string{"The cat sat. The cat slept.", "A dog sat", "猫坐"}

func TestVocabularyIsOrderedByFrequency(t *testing.T) {
	v := NewVocabulary(poem, Options{})
	want := strings.Fields("<pad> <unk> . cat sat the a dog slept 坐 猫")
	if !slices.Equal(v.words, want) || v.Len() != len(want) {
		t.Errorf("got %q, want %q", v.words, want)
	}
	for i, w := range want {
		if v.ID(w) != int64(i) || v.Word(int64(i)) != w {
			t.Errorf("%s has the id %d, and %d is %s", w, v.ID(w), i, v.Word(int64(i)))
		}
	}
	if v.ID("bird") != Unknown || v.Word(99) != "<unk>" || v.Word(-1) != "<unk>" {
		t.Error("what is unknown is known")
	}
	back := []string{poem[2], poem[1], poem[0]}
	if again := NewVocabulary(back, Options{}); !slices.Equal(again.words, v.words) {
		t.Errorf("the order of the texts matters: %q", again.words)
	}
}

func TestVocabularyLimits(t *testing.T) {
	for o, want := range map[Options]string{
		{Size: 4}:              "<pad> <unk> . cat",
		{Size: 2}:              "<pad> <unk>",
		{Size: 1}:              "<pad> <unk>",
		{MinCount: 2}:          "<pad> <unk> . cat sat the",
		{MinCount: 2, Size: 5}: "<pad> <unk> . cat sat",
		{MinCount: 3}:          "<pad> <unk>",
		{Size: 99}:             "<pad> <unk> . cat sat the a dog slept 坐 猫",
	} {
		if got := strings.Join(NewVocabulary(poem, o).words, " "); got != want {
			t.Errorf("%+v: got %s, want %s", o, got, want)
		}
	}
	if v := NewVocabulary(nil, Options{}); v.Len() != 2 {
		t.Errorf("that of nothing has %d words", v.Len())
	}
}

func TestBatchTruncatesAndPads(t *testing.T) {
	v := NewVocabulary(poem, Options{})
	texts := []string{"THE cat ran", "", "猫坐 a dog"}
	ids, mask := v.Batch(texts, 3)
	if !slices.Equal(ids.Ints(), []int64{5, 3, 1, 0, 0, 0, 10, 9, 6}) || ids.DType() != device.Int64 || !slices.Equal(ids.Shape(), []int{3, 3}) {
		t.Error(ids, ids.Ints())
	}
	if !slices.Equal(mask.Ints(), []int64{1, 1, 1, 0, 0, 0, 1, 1, 1}) || mask.DType() != device.Bool {
		t.Error(mask)
	}
	if ids, _ = v.Batch(texts, 0); !slices.Equal(ids.Shape(), []int{3, 4}) {
		t.Error(ids)
	}
	if ids, mask = v.Batch(nil, 5); !slices.Equal(ids.Shape(), []int{0, 5}) || mask.Len() != 0 {
		t.Error(ids, mask)
	}
	if s := v.Decode([]int64{5, 3, 1, 0, 0}); s != "the cat <unk>" {
		t.Error(s)
	}
}

func TestVocabularySavedAndRead(t *testing.T) {
	v := NewVocabulary(append(poem, strings.Repeat("w", 1<<17)), Options{})
	path := filepath.Join(t.TempDir(), "vocab.txt")
	if err := v.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := OpenVocabulary(path)
	if err != nil || !slices.Equal(again.words, v.words) || again.ID("cat") != v.ID("cat") {
		t.Error(again, err)
	}
	if _, err := OpenVocabulary(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := v.Save(filepath.Join(path, "x")); err == nil {
		t.Error("saved below a file")
	}
}

func TestWhatIsNoVocabularyIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "reading v: 0 lines; a vocabulary begins with <pad> and <unk>",
		"<pad>\n":                 "reading v: 1 lines; a vocabulary begins with <pad> and <unk>",
		"the\ncat\n":              `reading v: line 1 is "the", not <pad>`,
		"<pad>\n<unk>\na\nb\na\n": `reading v: "a" has the ids 2 and 4`,
		"<pad>\n<unk>\n\nb\n":     `reading v: line 3 is "", no word`,
		"<pad>\n<unk>\na b\n":     `reading v: line 3 is "a b", no word`,
	} {
		if _, err := ReadVocabulary(strings.NewReader(text), "v"); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := ReadVocabulary(iotest.ErrReader(os.ErrPermission), "v"); !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
}

func FuzzReadVocabulary(f *testing.F) {
	for _, s := range []string{"<pad>\n<unk>\na\nb\n", "<pad>\r\n<unk>\r\n", "", "<pad>\n<unk>\n\xff\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := ReadVocabulary(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := v.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := ReadVocabulary(&out, "again")
		if err != nil || !slices.Equal(again.words, v.words) {
			t.Errorf("%q is read as %q, then as %q: %v", b, v.words, again.words, err)
		}
	})
}
