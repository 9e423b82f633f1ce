package sample

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path/filepath"

	"github.com/jimu-ml/jimu/data/text"
)

const (
	xquadFrom = "https://github.com/google-deepmind/xquad (packed with gzip): "
	cmrcFrom  = "https://github.com/ymcui/cmrc2018/tree/master/squad-style-data (packed with gzip): "
)

var (
	xquad = map[string]string{
		"en": "36c41f5f7aace8ee0468fefd41bb46886642e7f8ad880dd48c132fdd75674648",
		"de": "d1a448e98366361e4ec9370a17d3851cd929170d38daeba34f440d1b48c22ff9",
		"zh": "2fc774cb5066f3ed476cc99ff302cb68b49ada16db35659a3c7f1bb690ed8c93",
	}
	cmrc = [2]struct{ name, sum string }{
		{"cmrc2018_dev.json.gz", "390b2598c6d40cc8785c84d691499201955d218619f02ea0081a30fc3c174017"},
		{"cmrc2018_trial.json.gz", "63a15565fb289d9fa4c1a61ba4775ed1fe5312cac08e2114afd49b98029dccfc"},
	}
)

// XQuAD returns the 240 passages of XQuAD with their 1,190 questions, in the language "en", "de" or "zh", with the files that were
// read. English is in the program, the others come from a folder with the published files, packed with gzip.
func XQuAD(dir, language string) (all []text.Passage, read []string, err error) {
	sum, ok := xquad[language]
	if !ok {
		return nil, nil, fmt.Errorf("sample: XQuAD is here in en, de and zh, not in %q", language)
	}
	if dir == "" && language != "en" {
		return nil, nil, fmt.Errorf("sample: only the English XQuAD is in the program; xquad.%s.json.gz is to be in a folder, from %s", language, xquadFrom)
	}
	all, _, read, err = questions(dir, "xquad."+language+".json.gz", sum, xquadFrom)
	return all, read, err
}

// CMRC returns the passages of CMRC 2018 with their questions in Chinese: those of its development set, 848 with 3,219, and of its
// trial set, 256 with 1,002; or the first 240 and 80 that are in the program. It says what was wrong with places of answers.
func CMRC(dir string) (sets [2][]text.Passage, repairs [2]text.Repairs, read []string, err error) {
	for i, f := range cmrc {
		var files []string
		if sets[i], repairs[i], files, err = questions(dir, f.name, f.sum, cmrcFrom); err != nil {
			return sets, repairs, nil, err
		}
		read = append(read, files...)
	}
	return sets, repairs, read, nil
}

// questions reads a file of questions, that in the program if dir is "".
func questions(dir, name, sum, from string) (all []text.Passage, repairs text.Repairs, read []string, err error) {
	var r io.Reader
	if dir == "" {
		read = append(read, InBinary+name)
		r, err = unpack(read[0])
	} else {
		var b []byte
		if b, err = Published(dir, name, sum, from); err == nil {
			r, err = gzip.NewReader(bytes.NewReader(b))
		}
		read = append(read, filepath.Join(dir, name))
	}
	if err != nil {
		return nil, repairs, nil, err
	}
	if all, repairs, err = text.ReadSQuAD(r); err != nil {
		return nil, repairs, nil, fmt.Errorf("sample: %s: %w", name, err)
	}
	return all, repairs, read, nil
}
