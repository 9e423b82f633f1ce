package recipe

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/internal/cpuid"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// An Origin says where a run came from: when, by which program on which machine, and from which data.
type Origin struct {
	Begun     time.Time `json:"begun"`
	Jimu      string    `json:"jimu"` // version and commit
	Go        string    `json:"go"`
	System    string    `json:"system"` // "linux/amd64"
	Processor string    `json:"processor,omitempty"`
	Features  []string  `json:"features,omitempty"` // vector extensions in use
	Threads   int       `json:"threads"`
	Files     []Sum     `json:"files,omitempty"` // of the data; runs that began long ago have none if it is in the program
	Start     *Sum      `json:"start,omitempty"` // of the weights that it started from; nil if they were random
}

// A Sum is a file or a folder with its checksum.
type Sum struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Count  int    `json:"count,omitempty"`  // of files, if it is a folder
	Binary bool   `json:"binary,omitempty"` // whether the file is in the program: data/sample/files/PATH of its source
	SHA256 string `json:"sha256"`           // of a folder: of its files' names and bytes, in order
}

// originName is the file in a run's folder that holds its origin.
const originName = "origin.json"

// newOrigin returns the origin of a run that begins now.
func newOrigin(files []string) (*Origin, error) {
	o := &Origin{
		Begun: time.Now().UTC().Truncate(time.Second), Jimu: version(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Processor: processor(), Features: cpuid.Features(), Threads: parallel.Threads(),
	}
	for _, path := range files {
		if path == "" {
			continue
		}
		s, err := sumOf(path)
		if err != nil {
			return nil, fmt.Errorf("the checksum of the data: %w", err)
		}
		o.Files = append(o.Files, s)
	}
	return o, nil
}

// startedFrom adds the weights that a run starts from: a file, or the checkpoints of a run's folder.
func (o *Origin) startedFrom(path string) error {
	if path == "" {
		return nil
	}
	if checkpoints := filepath.Join(path, "checkpoints"); folder(checkpoints) {
		path = checkpoints
	}
	s, err := sumOf(path)
	if err != nil {
		return fmt.Errorf("the checksum of start.weights: %w", err)
	}
	o.Start = &s
	return nil
}

func folder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// version returns the version of the program and the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	text := cmp.Or(info.Main.Version, "(devel)")
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return text
}

// processor returns the name of the machine's processor, where the system says it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// place returns what tells a file from all others, on a disk or in the program.
func (s Sum) place() string {
	if s.Binary {
		return sample.InBinary + s.Path
	}
	return s.Path
}

// sumOf returns the checksum of a file, on a disk or in the program, or of all files below a folder.
func sumOf(path string) (Sum, error) {
	if name, inside := strings.CutPrefix(path, sample.InBinary); inside {
		b, err := sample.Bytes(path)
		sum := sha256.Sum256(b)
		return Sum{Path: name, Bytes: int64(len(b)), Binary: true, SHA256: hex.EncodeToString(sum[:])}, err
	}
	s := Sum{Path: path}
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return s, err
	}
	h := sha256.New()
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if p != path {
			s.Count++
			name, err := filepath.Rel(path, p)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s\x00", filepath.ToSlash(name))
		}
		n, err := copyFile(h, p)
		s.Bytes += n
		return err
	})
	s.SHA256 = hex.EncodeToString(h.Sum(nil))
	return s, err
}

func copyFile(to io.Writer, path string) (n int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.Copy(to, f)
}

func (o *Origin) write(dir string) error {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", originName, err)
	}
	return replace(filepath.Join(dir, originName), append(text, '\n'))
}

func readOrigin(dir string) (*Origin, error) {
	text, err := os.ReadFile(filepath.Join(dir, originName))
	if err != nil {
		return nil, err
	}
	o := new(Origin)
	if err := json.Unmarshal(text, o); err != nil {
		return nil, fmt.Errorf("%s: %w", originName, err)
	}
	return o, nil
}

// sameData reports files that are not what they were.
func (o *Origin) sameData(now *Origin) error {
	was := map[string]string{}
	for _, s := range o.Files {
		was[s.place()] = s.SHA256
	}
	for _, s := range now.Files {
		if old, there := was[s.place()]; there && old != s.SHA256 && s.Binary {
			return fmt.Errorf("the set in this program is not the one that the run began with (%s had SHA-256 %s, and has %s); "+
				"go on by the program that began it, %s, or begin another run by --out", s.Path, old, s.SHA256, o.Jimu)
		} else if there && old != s.SHA256 {
			return fmt.Errorf("%s has changed since the run began (SHA-256 %s, then %s); put the old file back, or begin another run by --out", s.Path, s.SHA256, old)
		}
	}
	return nil
}
