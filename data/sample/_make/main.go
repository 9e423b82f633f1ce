// Make writes the files that package sample embeds, from the original ones:
//
//	go run ./data/sample/_make DIR
//
// DIR holds folders with the files as they were published: fashion-mnist, bccd, tinyshakespeare, sms-spam, tabular, timeseries,
// dialogue, fsdd, jsb-chorales, names, chinese-poetry, tatoeba-en-zh, scitldr, extractive-qa. Run it in the root of the repository. The same
// originals give the same numbers; the compressed bytes depend on Go's compress/flate.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/data/idx"
)

// How many pictures of each of the ten classes are kept: the first ones, in the order of the original.
const (
	train = 600
	test  = 100
)

const target = "data/sample/files"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./data/sample/_make DIR")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	fashion := filepath.Join(dir, "fashion-mnist")
	if err := pictures(fashion, "train", train); err != nil {
		return err
	}
	if err := pictures(fashion, "t10k", test); err != nil {
		return err
	}
	if err := tables(filepath.Join(dir, "tabular")); err != nil {
		return err
	}
	if err := cells(filepath.Join(dir, "bccd")); err != nil {
		return err
	}
	for from, to := range map[string]string{
		"tinyshakespeare/input.txt":     "tinyshakespeare.txt.gz",
		"sms-spam/SMSSpamCollection.gz": "smsspam.txt.gz",
		"tabular/iris.csv":              "iris.csv.gz",
		"tabular/mpg.csv":               "mpg.csv.gz",
		"timeseries/flights.csv":        "flights.csv.gz",
	} {
		b, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			return err
		}
		if filepath.Ext(from) == ".gz" {
			if b, err = unpack(b); err != nil {
				return fmt.Errorf("%s: %w", from, err)
			}
		}
		if err := write(to, b); err != nil {
			return err
		}
	}
	for _, make := range []func(dir string) error{requests, digits, chorales, literature} {
		if err := make(dir); err != nil {
			return err
		}
	}
	if err := sentences(filepath.Join(dir, "tatoeba-en-zh", "cmn.txt.gz")); err != nil {
		return err
	}
	if err := questions(filepath.Join(dir, "extractive-qa")); err != nil {
		return err
	}
	return abstracts(filepath.Join(dir, "scitldr"))
}

// pictures keeps the first each of every class.
func pictures(dir, part string, each int) error {
	images, err := idx.Open(filepath.Join(dir, part+"-images-idx3-ubyte.gz"))
	if err != nil {
		return err
	}
	labels, err := idx.Open(filepath.Join(dir, part+"-labels-idx1-ubyte.gz"))
	if err != nil {
		return err
	}
	size := images.Shape[1] * images.Shape[2]
	var count [10]int
	var x, y []byte
	for i, class := range labels.Raw {
		if count[class]++; count[class] <= each {
			x, y = append(x, images.Raw[i*size:(i+1)*size]...), append(y, class)
		}
	}
	for suffix, a := range map[string]*idx.Array{
		"images-idx3-ubyte.gz": {Type: idx.Uint8, Shape: []int{len(y), images.Shape[1], images.Shape[2]}, Raw: x},
		"labels-idx1-ubyte.gz": {Type: idx.Uint8, Shape: []int{len(y)}, Raw: y},
	} {
		var b bytes.Buffer
		if err := a.Write(&b); err != nil {
			return err
		}
		if err := write("fashion-"+part+"-"+suffix, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func unpack(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func write(name string, b []byte) error {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(b); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Printf("%-36s %9d bytes, %9d compressed\n", name, len(b), out.Len())
	return os.WriteFile(filepath.Join(target, name), out.Bytes(), 0o644)
}
