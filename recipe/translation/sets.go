package translation

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// largest is how much text of one file is read.
const largest = 1 << 30

// multi30k is the captions of the multimodal task of WMT.
type multi30k struct {
	languages
	Folder string // with the files of the task, such as train.en.gz
}

const multi30kFrom = "https://github.com/multi30k/dataset/raw/master/data/task1/raw/"

// multi30kSums are the SHA-256 of the published files.
var multi30kSums = map[string]string{
	"test_2016_flickr.de.gz": "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
	"test_2016_flickr.en.gz": "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
	"test_2016_flickr.fr.gz": "6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90",
	"test_2017_flickr.de.gz": "a2c89666db00c495cd8513b9d708d5a3acc205d7de312ef2bf5fb7ebc1540aee",
	"test_2017_flickr.en.gz": "76a444ee25172e72695cddb13ae4a3bda59430617be88e0bb46b60504f054074",
	"test_2017_flickr.fr.gz": "3ba671ceb2299f3304ffafefea7a833d08632fbaf0ba18546f8a2ec2391af496",
	"test_2017_mscoco.de.gz": "799e4854c25d601cb6cb6be29eabe5667734c61ace2f495e03e429031a0bc338",
	"test_2017_mscoco.en.gz": "aab300bfb4427697987e02cd0aacd44bfe8aa50456231b6474c08038bbed2b58",
	"test_2017_mscoco.fr.gz": "754f3072ba9f124569ba5258b32730fc1d214bbf8e0c6dfb2b74401676220db0",
	"train.de.gz":            "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
	"train.en.gz":            "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
	"train.fr.gz":            "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c",
	"val.de.gz":              "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
	"val.en.gz":              "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
	"val.fr.gz":              "ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9",
}

func (c multi30k) source() (recipe.Source, error) {
	tongues := []string{"en", "de", "fr"}
	for key, t := range map[string]string{"from": c.From, "to": c.To} {
		if !slices.Contains(tongues, t) {
			return recipe.Source{}, recipe.Errorf("data."+key, "the set has en, de and fr, not %q", t)
		}
	}
	return c.languages.source(c.read), c.check()
}

func (c multi30k) read(context.Context) (*corpus, error) {
	if c.Folder == "" {
		return nil, recipe.Errorf("data.folder", "the captions may not be given on with the program; say --set data.folder=DIR, with the files of %s in it", multi30kFrom)
	}
	all := new(corpus)
	for _, p := range []part{{name: "train"}, {name: "val"}, {name: "test_2016_flickr"}, {name: "test_2017_flickr"}, {name: "test_2017_mscoco"}} {
		var sides [][]string
		var names []string
		for _, tongue := range []string{c.From, c.To} {
			name := p.name + "." + tongue + ".gz"
			b, err := sample.Published(c.Folder, name, multi30kSums[name], multi30kFrom)
			if err != nil {
				return nil, err
			}
			text, err := unpacked(b, name)
			if err != nil {
				return nil, err
			}
			sides, names = append(sides, sentences(text)), append(names, name)
		}
		found, err := paired(sides[0], sides[1], names...)
		if err != nil {
			return nil, err
		}
		all.files = append(all.files, filepath.Join(c.Folder, names[0]), filepath.Join(c.Folder, names[1]))
		switch p.name {
		case "train":
			all.training = found
		case "val":
			all.validation = found
		case "test_2016_flickr":
			all.tests = append(all.tests, part{"bleu", found})
		case "test_2017_flickr":
			all.tests = append(all.tests, part{"bleu_2017", found})
		default:
			all.tests = append(all.tests, part{"bleu_coco", found})
		}
	}
	return all, nil
}

// unpacked returns the text of a packed file.
func unpacked(b []byte, name string) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return "", fmt.Errorf("unpacking %s: %w", name, err)
	}
	text, err := io.ReadAll(io.LimitReader(z, largest))
	if err != nil {
		return "", fmt.Errorf("unpacking %s: %w", name, err)
	}
	return string(text), nil
}

// tatoeba is English sentences and Chinese translations.
type tatoeba struct {
	languages
	split
	Folder string // with cmn.txt.gz
}

func (c tatoeba) source() (recipe.Source, error) {
	for key, t := range map[string]string{"from": c.From, "to": c.To} {
		if t != "en" && t != "zh" {
			return recipe.Source{}, recipe.Errorf("data."+key, "the set has en and zh, not %q", t)
		}
	}
	if err := c.split.check(); err != nil {
		return recipe.Source{}, err
	}
	return c.languages.source(c.read), c.languages.check()
}

func (c tatoeba) read(context.Context) (*corpus, error) {
	found, files, err := sample.Tatoeba(c.Folder)
	if err != nil {
		return nil, err
	}
	all := make([]pair, len(found))
	for i, p := range found {
		all[i] = pair{p[0], p[1]}
		if c.From == "zh" {
			all[i] = pair{p[1], p[0]}
		}
	}
	divided := c.divide(all)
	divided.files = files
	return divided, nil
}

// pairs is two files of one's own.
type pairs struct {
	languages
	split
	Source, Target string // the files
}

func (c pairs) source() (recipe.Source, error) {
	if err := c.split.check(); err != nil {
		return recipe.Source{}, err
	}
	return c.languages.source(c.read), c.languages.check()
}

func (c pairs) read(context.Context) (*corpus, error) {
	var sides [][]string
	if c.Source == "" || c.Target == "" {
		return nil, recipe.Errorf("data.source", "want two files with a sentence on each line: --set data.source=FILE --set data.target=FILE")
	}
	for _, path := range []string{c.Source, c.Target} {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading sentences: %w", err)
		}
		text := string(b)
		if strings.HasSuffix(path, ".gz") {
			if text, err = unpacked(b, path); err != nil {
				return nil, err
			}
		}
		sides = append(sides, sentences(text))
	}
	all, err := paired(sides[0], sides[1], c.Source, c.Target)
	if err != nil {
		return nil, err
	}
	divided := c.divide(all)
	divided.files = []string{c.Source, c.Target}
	return divided, nil
}
