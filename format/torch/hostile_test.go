package torch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
)

// packed returns an archive of those files: name, content, name, content, …
func packed(t testing.TB, method uint16, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// quoted is a text in a pickle.
func quoted(s string) string {
	return "X" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
}

func integers(v ...int) string {
	s := "("
	for _, x := range v {
		s += "J" + string(binary.LittleEndian.AppendUint32(nil, uint32(x)))
	}
	return s + "t"
}

// stridedPickle is a dictionary with a tensor of float32 in a storage of so many elements, in a pickle.
func stridedPickle(length, offset int, shape, stride string) string {
	n := integers(length)
	o := integers(offset)
	return "\x80\x02}" + quoted("w") + "ctorch._utils\n_rebuild_tensor_v2\n((" + quoted("storage") + "ctorch\nFloatStorage\n" + quoted("0") + quoted("cpu") +
		n[1:len(n)-1] + "tQ" + o[1:len(o)-1] + shape + stride + "\x89ccollections\nOrderedDict\n)RtRs."
}

const tensorOf4 = "0123456789abcdef" // the bytes of a storage

func archived(t testing.TB, pickle string) []byte {
	return packed(t, zip.Store, "archive/data.pkl", pickle, "archive/data/0", tensorOf4)
}

// A pickle that calls what is not in the table is refused by name, whatever else it holds; nothing of it is run.
// (CVE-2025-32434 and CVE-2026-24747 were ways past a table elsewhere, which did run what it let through.)
func TestCallsAreRefused(t *testing.T) {
	done := filepath.Join(t.TempDir(), "done")
	command := quoted("touch " + done)
	for call, name := range map[string]string{
		"cposix\nsystem\n" + command + "\x85R":                                         "posix.system",
		"cos\nsystem\n(" + command + "tR":                                              "os.system",
		"(" + command + "ios\nsystem\n":                                                "os.system",
		"(cos\nsystem\n" + command + "o":                                               "os.system",
		quoted("os") + quoted("system") + "\x93" + command + "\x85R":                   "os.system",
		"c__builtin__\neval\n" + quoted("1") + "\x85R":                                 "__builtin__.eval",
		"cbuiltins\ngetattr\n" + quoted("a") + quoted("b") + "\x86R":                   "builtins.getattr",
		"ctorch\nload\n" + quoted("a") + "\x85R":                                       "torch.load",
		"ctorch.storage\n_load_from_bytes\nC\x01a\x85R":                                "torch.storage._load_from_bytes",
		"ctorch._utils\n_rebuild_qtensor\n)R":                                          "torch._utils._rebuild_qtensor",
		"csubprocess\nPopen\n" + command + "\x85R":                                     "subprocess.Popen",
		"ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nN" + command + "\x85NtR": "os.system",
		"ccopyreg\n__newobj__\n(cos\nsystem\n" + command + "tR":                        "copyreg.__newobj__",
		"ctorch._utils\n_rebuild_parameter\n(cos\nsystem\n" + command + "\x85R\x89NtR": "os.system",
		"}cos\nsystem\n" + quoted("x") + "\x85R":                                       "os.system",
		"cnumpy.core.multiarray\n_reconstruct\n)Rcos\nsystem\n" + command + "\x85Rb":   "os.system",
		"ccollections\nOrderedDict\n)Rcos\nsystem\n" + command + "\x85Rb":              "os.system",
		"c__builtin__\nmap\ncos\nsystem\n(" + command + "l\x86R":                       "__builtin__.map",
		"cfunctools\nreduce\n(NNtR":                                                    "functools.reduce",
		"cfunctools\npartial\n(cos\nsystem\n" + command + "tR(" + "lR":                 "the arguments of a call",
		"cfunctools\npartial\n(cos\nsystem\n" + command + "tR)R":                       "what is no function",
		"cx\nC\n)\x81)R": "what is no function",
		"\x82\x01":       `opcode '\u0082'`,
	} {
		for _, pickle := range []string{"\x80\x02" + call + ".", "\x80\x02}" + quoted("w") + call + "s."} {
			_, err := opened(archived(t, pickle))
			if !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), name) {
				t.Errorf("%q: %v, want %s", pickle, err, name)
			}
			if _, err = opened([]byte(pickle)); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), name) {
				t.Errorf("%q alone: %v, want %s", pickle, err, name)
			}
		}
	}
	if _, err := os.Stat(done); err == nil {
		t.Fatal("a command was run")
	}
}

// Pickles that ask for more than they are, or point where nothing is, are refused before memory is taken.
func TestHostilePickles(t *testing.T) {
	bomb := "\x80\x02}" + quoted("w") + "]q\x000"
	for i := range 40 {
		bomb += fmt.Sprintf("](h%ch%ceq%c0", i, i, i+1)
	}
	huge := string([]byte{0, 0, 0, 0, 0, 0, 0, 0x7f})
	big := 1 << 30
	for name, c := range map[string]struct{ pickle, want string }{
		"nothing":             {"", "0 are left"},
		"no tensors":          {"\x80\x02}.", "no tensors"},
		"laughs":              {bomb + "h(s.", "refers to itself too often"},
		"deep":                {"\x80\x02" + strings.Repeat("]", 100_000) + strings.Repeat("a", 99_999) + ".", "nested too deep"},
		"marks":               {"\x80\x02" + strings.Repeat("(", 100_000) + ".", "marks are open"},
		"a long text":         {"\x80\x02\x8d" + huge, "are left"},
		"long bytes":          {"\x80\x02\x8e" + huge, "are left"},
		"a longer text":       {"\x80\x02\x8d" + strings.Repeat("\xff", 8), "are left"},
		"a long integer":      {"\x80\x02\x8b\xff\xff\xff\x7f", "are left"},
		"an integer":          {"\x80\x02\x8a\x60" + strings.Repeat("a", 96) + ".", "an integer has 96 bytes"},
		"many digits":         {"\x80\x02I" + strings.Repeat("9", 1000) + "\n.", "1000 digits"},
		"protocol":            {"\x80\x06.", "protocol 6"},
		"memo":                {"\x80\x02h\x05.", "nothing at 5"},
		"empty stack":         {"\x80\x02R", "too few"},
		"no mark":             {"\x80\x02t", "no mark"},
		"below the mark":      {"\x80\x02N(a", "too few"},
		"items":               {"\x80\x02N(Ne.", "no list"},
		"odd":                 {"\x80\x02}(Nu.", "no dictionary"},
		"more values":         {"\x80\x02NN.", "2 values on the stack"},
		"an unknown class":    {"\x80\x02cx\nStorage\n.", "no tensors"},
		"outside":             {stridedPickle(4, 1, integers(2, 2), integers(2, 1)), "reaches outside"},
		"a larger stride":     {stridedPickle(4, 0, integers(2, 2), integers(3, 1)), "reaches outside"},
		"offset":              {stridedPickle(4, -1, integers(1), integers(1)), "reaches outside"},
		"offset of nothing":   {stridedPickle(4, 5, integers(0), integers(1)), "reaches outside"},
		"negative":            {stridedPickle(4, 0, integers(-1), integers(1)), "overflows"},
		"backwards":           {stridedPickle(4, 3, integers(2), integers(-1)), "overflows"},
		"repeated":            {stridedPickle(4, 0, integers(big, 4), integers(0, 1)), "repeats"},
		"overflow":            {stridedPickle(4, 0, integers(big, big, big), integers(0, 0, 0)), "overflows"},
		"rank":                {stridedPickle(4, 0, integers(2, 2), integers(1)), "impossible rank"},
		"axes":                {stridedPickle(4, 0, integers(1, 1, 1, 1, 1, 1, 1, 1, 1), integers(1, 1, 1, 1, 1, 1, 1, 1, 1)), "impossible rank"},
		"a longer storage":    {stridedPickle(5, 0, integers(5), integers(1)), "has 16 bytes"},
		"a negative storage":  {stridedPickle(-1, 0, integers(0), integers(1)), "no key or length"},
		"an array too short":  {"\x80\x02}" + quoted("w") + "cnumpy.core.numeric\n_frombuffer\n(C\x04abcdcnumpy\ndtype\n" + quoted("f4") + "\x85R" + integers(2) + quoted("C") + "tRs.", "takes 8 bytes"},
		"an array of objects": {"\x80\x02}" + quoted("w") + "cnumpy.core.numeric\n_frombuffer\n(C\x04abcdcnumpy\ndtype\n" + quoted("f4") + "\x85R(K\x03" + quoted("<") + "N" + quoted("x") + "Ntb" + integers(1) + quoted("C") + "tRs.", "no tensors"},
	} {
		if _, err := opened(archived(t, c.pickle)); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	f, err := opened(archived(t, stridedPickle(4, 0, integers(2, 2), integers(1, 2))))
	if err != nil {
		t.Fatal(err)
	}
	if x, err := f.Tensor("w"); err != nil || x.Len() != 4 {
		t.Errorf("the same, well formed: %v, %v", x, err)
	}
}

// An archive whose files are compressed, overlap, stand twice or reach outside is refused: no byte has two meanings, and none
// can become many.
func TestHostileArchives(t *testing.T) {
	good := stridedPickle(4, 0, integers(4), integers(1))
	overlap := archived(t, good)
	// In the directory at the end, let the storage begin where the pickle does.
	at := bytes.LastIndex(overlap, []byte("archive/data/0")) - 4
	copy(overlap[at:], []byte{0, 0, 0, 0})
	outside := archived(t, good)
	size := bytes.LastIndex(outside, []byte("archive/data/0")) - 46 + 20
	copy(outside[size:], []byte{0, 0, 0, 0x70, 0, 0, 0, 0x70})
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"compressed":  {packed(t, zip.Deflate, "archive/data.pkl", good, "archive/data/0", strings.Repeat("a", 1<<20)), "is compressed"},
		"twice":       {packed(t, zip.Store, "archive/data.pkl", good, "archive/data/0", tensorOf4, "archive/data/0", tensorOf4), "twice"},
		"two pickles": {packed(t, zip.Store, "a/data.pkl", good, "b/data.pkl", good), "two pickles"},
		"no pickle":   {packed(t, zip.Store, "a/other", good), "has no"},
		"no storage":  {packed(t, zip.Store, "archive/data.pkl", good), `has no "archive/data/0"`},
		"overlap":     {overlap, "overlap"},
		"outside":     {outside, "reaches outside"},
		"no archive":  {[]byte("PK\x03\x04 and no more than that"), "zip"},
	} {
		if _, err := opened(c.file); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Streams whose storages are others than the pickle says are refused.
func TestHostileStreams(t *testing.T) {
	b, err := os.ReadFile("testdata/views.legacy.pt")
	if err != nil {
		t.Fatal(err)
	}
	length := []byte{24, 0, 0, 0, 0, 0, 0, 0} // of the storage
	for name, c := range map[string]struct {
		change func([]byte) []byte
		want   string
	}{
		"another length": {func(b []byte) []byte { b[bytes.LastIndex(b, length)]++; return b }, "has 25 elements, not 24"},
		"a longer end":   {func(b []byte) []byte { return b[:len(b)-1] }, "ends inside"},
		"version":        {func(b []byte) []byte { return bytes.Replace(b, []byte("M\xe9\x03."), []byte("M\xe8\x03."), 1) }, "version 1000"},
		"a lost key": {func(b []byte) []byte {
			return bytes.Replace(b, []byte("\x80\x02]q\x00("), []byte("\x80\x02]q\x00.("), 1)
		}, "not in the file"},
	} {
		if _, err := opened(c.change(bytes.Clone(b))); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Every file that is opened gives tensors as its entries say, or errors.
func FuzzNewFile(f *testing.F) {
	files, err := filepath.Glob("testdata/*.p*")
	if err != nil || len(files) < 5 {
		f.Fatalf("%v, %v", files, err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(written(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := opened(b)
		if err != nil {
			return
		}
		for _, e := range file.Entries() {
			if e.Bytes > 1<<20 {
				continue
			}
			x, err := file.Tensor(e.Name)
			if err == nil && (x.DType() != e.DType || fmt.Sprint(x.Shape()) != fmt.Sprint(e.Shape)) {
				t.Errorf("%+v is %v", e, x)
			}
		}
	})
}
