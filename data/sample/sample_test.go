package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/data/voc"
)

// What is in the binary is what was put there; for the plays, messages, names and tables these are the sums of the published files.
func TestEmbeddedFilesAreWhatTheyWere(t *testing.T) {
	want := map[string]string{
		"fashion-train-images-idx3-ubyte.gz": "cf313073c7eb485392848071d5c433571d7166043e971e3345b095cc30518084",
		"fashion-train-labels-idx1-ubyte.gz": "097b93fbcf9bd5bc648b1a457ddc55c9e4ab49afb33f9ecae8ce068399a75e3a",
		"fashion-t10k-images-idx3-ubyte.gz":  "7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef",
		"fashion-t10k-labels-idx1-ubyte.gz":  "3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909",
		"tinyshakespeare.txt.gz":             "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
		"conversations.jsonl.gz":             "02082c95977b4e6347cb78bf8e86bcb00735a3dc00165cd209f381908ec8539c",
		"names.txt.gz":                       "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
		"tangpoems.txt.gz":                   "86d8b7fd0657f05899e408abc3463f6d1b38ae3efaf9bddcf502066b04cb168c",
		"smsspam.txt.gz":                     "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
		"bccd-voc.tar.gz":                    "6d337c8e1dc4e2d504a04959957f677f57254045fbdf82261f32ba74fdb10d22",
		"iris.csv.gz":                        "9cc1c345c71bcc9b486b74cbf6063fa66f4bb5e0f603a4b3c3471ec2e5e8e355",
		"requests.txt.gz":                    "3330873ee1c11b6f1b3a654cfa96c0263f6fcaf1960a47c9267e09a8ae2d2c49",
		"mpg.csv.gz":                         "c14b8b855ea7ee86cb9736bf8caaf281c4685ca08826f3eb2acaccaaf40f0d5a",
		"wine.csv.gz":                        "4eb26dc51fcdc2a3ccd8f597c0abb975fb0604f0c303049bf9242e18ae1f8617", // with a line of names
		"wdbc.csv.gz":                        "7803135db890b6ea064d2d5f574052305350d3ce4460035b9e333c2ff1969af8", // with a line of names
		"california.csv.gz":                  "8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",
		"flights.csv.gz":                     "237d834127d9c6355630d8f443a7a2377b5925923010009b59809ba0b67f4fac",
		"digits.tar.gz":                      "e9e78e5bd03b6cf9aa980a9388455ac46785b3b6c78313a90464febdb40fb543",
		"chorales.txt.gz":                    "10c413eccf5e2e9ce7cb57bbb98483a4a6f747c3c283ce34cfa61336295e65a4",
		"scitldr-train.jsonl.gz":             "79c890040736caa1080157e777a0bcd06f17246635d136bf6f2ea79a8c9d8746", // of parts
		"scitldr-dev.jsonl.gz":               "cb484f775bccc0204df53010297d759c171f90233bcdbfcfc625d57b14645a14",
		"scitldr-test.jsonl.gz":              "4ae512fc8867ff60c03e0ed61d028d8f632bc26a7c3eb17e24613e67f5f77c92",
		"xquad.en.json.gz":                   "e4c57d1c9143aaa1c5d265ba5987a65f4e69528d2a98f29d6e75019b10344f29",
		"cmrc2018_dev.json.gz":               "53a0da9b7d2e7db0e347f8fb3fedd01e154abe584826343678273d05ea7e9b57", // of parts
		"cmrc2018_trial.json.gz":             "0f8460cb8eb003f6794435c09c43e9750ee2aca194be0fa44d7da3a76e606c03",
		"tatoeba.txt.gz":                     "c56866587467e11630c03a3605643c8d9ad845c42b9e803266d7dcfc5b782350", // of a part
	}
	dir, err := files.ReadDir("files")
	if err != nil || len(dir) != len(want) {
		t.Fatal(len(dir), err)
	}
	size := int64(0)
	for _, f := range dir {
		info, _ := f.Info()
		size += info.Size()
		r, err := unpack(InBinary + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if got := hex.EncodeToString(sum[:]); got != want[f.Name()] {
			t.Errorf("%s has SHA-256 %s, want %q", f.Name(), got, want[f.Name()])
		}
	}
	if size > 8<<20 {
		t.Errorf("%d bytes in the binary, more than 8 MiB", size)
	}
}

func TestFashionMNIST(t *testing.T) {
	train, test, err := FashionMNIST()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		labels []int64
		each   int
	}{{train.Labels, 600}, {test.Labels, 100}} {
		var count [10]int
		for _, k := range s.labels {
			count[k]++
		}
		for class, n := range count {
			if n != s.each {
				t.Errorf("%d of class %d, want %d", n, class, s.each)
			}
		}
	}
	if len(FashionClasses) != 10 || train.Labels[0] != 9 || !slices.Equal(test.Mean, train.Mean) {
		t.Error("the first picture is no ankle boot, or the sets are not normalized alike")
	}
	b, err := train.Batch([]int{0, 5999}, 0)
	if err != nil || !slices.Equal(b.X.Shape(), []int{2, 1, 28, 28}) || !slices.Equal(b.Y.Shape(), []int{2}) {
		t.Error(b.X, b.Y, err)
	}
	if m := train.Mean[0]; m < 0.28 || m > 0.292 { // 0.28604 over all 60,000
		t.Errorf("the mean is %v", m)
	}
}

func TestShakespeare(t *testing.T) {
	text, err := Shakespeare()
	if err != nil || len(text) != 1115394 || !strings.HasPrefix(text, "First Citizen:\nBefore we proceed") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestSpam(t *testing.T) {
	texts, labels, err := Spam()
	if err != nil || len(texts) != 5574 || len(labels) != 5574 {
		t.Fatal(len(texts), len(labels), err)
	}
	spam, different := int64(0), map[string]bool{}
	for i, k := range labels {
		spam += k
		different[texts[i]] = true
	}
	if spam != 747 || len(different) != 5574-403 || !strings.HasPrefix(texts[2], "Free entry in 2 a wkly comp") || labels[2] != 1 {
		t.Errorf("%d spam, %d different, the third is %d %q", spam, len(different), labels[2], texts[2])
	}
}

func TestTables(t *testing.T) {
	iris, err := Iris()
	if err != nil {
		t.Fatal(err)
	}
	y, classes, err := iris.Classes("species")
	if err != nil || !slices.Equal(classes, []string{"setosa", "versicolor", "virginica"}) || len(y) != 150 || y[149] != 2 {
		t.Error(classes, len(y), err)
	}
	if f := iris.Features("species"); len(f.Names) != 4 || f.X[0] != 5.1 {
		t.Error(f.Names, f.X[:4])
	}
	cars, err := Cars()
	if err != nil {
		t.Fatal(err)
	}
	mpg, err := cars.Numbers("mpg")
	if err != nil || len(mpg) != 398 || mpg[0] != 18 {
		t.Error(len(mpg), err)
	}
	if c, err := cars.Column("horsepower"); err != nil || c.Missing != 6 {
		t.Error(c, err)
	}
	if f := cars.Features("mpg"); !slices.Equal(f.Names, strings.Fields("cylinders displacement horsepower weight acceleration model_year origin=europe origin=japan origin=usa")) {
		t.Error(f.Names)
	}
}

func TestCells(t *testing.T) {
	packed, err := BCCD()
	if err != nil {
		t.Fatal(err)
	}
	all, err := data.Unpack(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	cells, err := fs.Sub(all, "BCCD")
	if err != nil {
		t.Fatal(err)
	}
	for split, want := range map[string]int{"train": 40, "val": 10, "test": 10} {
		names, err := voc.Names(cells, split)
		if err != nil || len(names) != want {
			t.Errorf("%s has %d pictures, %v", split, len(names), err)
		}
		for _, name := range names {
			a, photo, err := voc.Read(cells, name)
			if err != nil || a.Width != 160 || a.Height != 120 || len(a.Objects) == 0 || !bytes.HasPrefix(photo, []byte("\xff\xd8")) {
				t.Errorf("%s: %+v with a picture of %d bytes, %v", name, a, len(photo), err)
			}
		}
	}
}

// The list says of each set in the binary what its loader finds.
func TestList(t *testing.T) {
	count := map[string][2]int{}
	train, test, _ := FashionMNIST()
	count["fashion"] = [2]int{train.Len(), test.Len()}
	text, _ := Shakespeare()
	count["shakespeare"] = [2]int{len(text)}
	list, _ := Names()
	count["names"] = [2]int{len(list)}
	poems, _ := TangPoems()
	count["poetry"] = [2]int{len(poems)}
	talks, _ := Conversations()
	count["conversations"] = [2]int{len(talks)}
	messages, _, _ := Spam()
	count["spam"] = [2]int{len(messages)}
	requests, _ := Requests()
	count["requests"] = [2]int{requests.Train.Len()}
	iris, _ := Iris()
	count["iris"] = [2]int{iris.Rows}
	cars, _ := Cars()
	count["cars"] = [2]int{cars.Rows}
	count["bccd"] = [2]int{50, 10} // as TestCells counts
	digits, _ := Digits()
	count["digits"] = [2]int{len(digits) * 3 / 4, len(digits) / 4}
	a, b, c, _ := Chorales()
	count["chorales"] = [2]int{len(a) + len(b), len(c)}
	pairs, _, _ := Tatoeba("")
	count["tatoeba"] = [2]int{len(pairs)}
	abstracts, _, _ := Abstracts("")
	count["scitldr"] = [2]int{len(abstracts[0]) + len(abstracts[1]), len(abstracts[2])}
	questions, _, _ := XQuAD("", "en")
	count["xquad"] = [2]int{questionsOf(questions)}
	both, _, _, _ := CMRC("")
	count["cmrc"] = [2]int{questionsOf(both[0]), questionsOf(both[1])}
	for _, i := range List() {
		if got := count[i.Name]; got != [2]int{i.Train, i.Test} {
			t.Errorf("%s: %v examples, the list says %d and %d", i.Name, got, i.Train, i.Test)
		}
		if i.About == "" || i.Unit == "" || i.License == "" || i.Attribution == "" || i.Source == "" {
			t.Errorf("the list says too little: %+v", i)
		}
		if i.Train > 0 && !strings.Contains(Licenses(), i.Source) {
			t.Errorf("LICENSES.md does not name %s", i.Source)
		}
		full := slices.ContainsFunc(publications, func(p publication) bool { return p.name == i.Name })
		if full != (i.FullTrain > 0) {
			t.Errorf("%s: the list says %d in the full set", i.Name, i.FullTrain)
		}
	}
}

// The further tables have the rows and the targets that their descriptions name.
func TestFurtherTables(t *testing.T) {
	for _, c := range []struct {
		read          func() (*table.Table, error)
		rows, columns int
		target        string
		classes       string
	}{
		{Wine, 178, 14, "class", "[1 2 3]"},
		{Cancer, 569, 32, "diagnosis", "[B M]"},
		{California, 20640, 10, "median_house_value", ""},
		{Passengers, 144, 3, "passengers", ""},
	} {
		table, err := c.read()
		if err != nil {
			t.Fatal(err)
		}
		if table.Rows != c.rows || len(table.Columns) != c.columns {
			t.Errorf("%s has %d rows of %d columns", table.Name, table.Rows, len(table.Columns))
		}
		if c.classes == "" {
			if _, err := table.Numbers(c.target); err != nil {
				t.Error(err)
			}
			continue
		}
		if _, classes, err := table.Classes(c.target); err != nil || fmt.Sprint(classes) != c.classes {
			t.Errorf("%s: classes %v, %v", table.Name, classes, err)
		}
	}
}
