package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device/cpu"
)

// benches prepares a test that runs jimu bench: what it starts is this binary.
func benches(t *testing.T) {
	t.Helper()
	t.Setenv(asCommand, "1")
	threads := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { useThreads(threads) })
}

func TestBench(t *testing.T) {
	benches(t)
	out := well(t, "bench", "gemm256", "mlp", "--threads", "1", "--seconds", "0.01", "--rounds", "2", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		t.Fatalf("two works give\n%s", out)
	}
	for i, want := range []measurement{{Work: "gemm256", Unit: "GFLOP/s"}, {Work: "mlp", Unit: "samples/s"}} {
		var m measurement
		if err := json.Unmarshal([]byte(lines[i]), &m); err != nil || m.Work != want.Work || m.Threads != 1 || m.Unit != want.Unit ||
			!(m.Best > 0 && m.Median >= m.Best && m.Value > 0 && m.PeakRSS > 1) || m.Of != "fma" || m.Peak <= 0 ||
			!(m.Share > 0) || m.comparison != nil {
			t.Errorf("%s: %v", lines[i], err)
		}
	}
	for _, key := range []string{"work", "threads", "median_ms", "best_ms", "value", "unit", "peak_rss_mb", "idle_rss_mb", "share", "of", "peak"} {
		if !strings.Contains(lines[0], `"`+key+`":`) {
			t.Errorf("there is no key %s in %s", key, lines[0])
		}
	}
	out = well(t, "bench", "gemm32", "--threads", "1", "--seconds", "0.01")
	if !strings.Contains(out, "of the peak") || !strings.Contains(out, "% of FMA") {
		t.Errorf("the table is\n%s", out)
	}
}

func TestBenchMisuse(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"bench gemm3", `no work or group "gemm3"; did you mean gemm`},
		{"bench gemm32 --seconds 0", "--seconds is 0"},
		{"bench gemm32 --rounds 0", "--rounds 0"},
		{"bench gemm32 --all", "--all measures all works"},
		{"bench gemm32 --peer keras", `no peer "keras"; there are onnxruntime, pytorch`},
		{"bench gemm32 --tuned", "--peer"},
		{"bench gemm32 --compile", "--peer pytorch"},
		{"bench gemm32 --compile --peer onnxruntime", "--peer pytorch"},
		{"bench gemm32 --scaling --peer pytorch", "leave out --peer"},
		{"bench gemm32 --scaling --threads 1", "--threads"},
		{"bench gemm32 --scaling --profile out", "--scaling"},
		{"bench gemm32 --profile out --peer pytorch", "leave out --peer"},
	} {
		if _, errors, code := jimu(t, strings.Fields(c.line)...); code != misused || !strings.Contains(errors, c.want) {
			t.Errorf("jimu %s: exit code %d, %s", c.line, code, errors)
		}
	}
	_, errors, code := jimu(t, "bench", "gemm32", "--peer", "pytorch", "--python", "no-such-python")
	if code != failed || !strings.Contains(errors, "no Python is found as no-such-python") || !strings.Contains(errors, "--python") {
		t.Errorf("exit code %d, %s", code, errors)
	}
}

func TestEveryWorkIsInAGroupAndRuns(t *testing.T) {
	var grouped []string
	for _, g := range groups {
		grouped = append(grouped, strings.Fields(g.works)...)
	}
	for _, name := range grouped {
		if _, ok := workNamed(name); !ok {
			t.Errorf("there is no work %s", name)
		}
	}
	names := workNames()
	for i, w := range works {
		if slices.Contains(names[:i], w.name) || slices.Contains(groupNames(), w.name) {
			t.Errorf("the name %s is taken", w.name)
		}
		if !slices.Contains(grouped, w.name) {
			t.Errorf("%s is in no group", w.name)
		}
		if testing.Short() && large(w.name) {
			continue
		}
		if err := w.make(cpu.Device)(); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}

// large reports whether a work takes seconds or a gigabyte.
func large(name string) bool {
	for _, part := range []string{"gemm1536", "gemm2048", "vgg", "resnet", "bert", "decode"} {
		if strings.HasPrefix(name, part) {
			return true
		}
	}
	return slices.ContainsFunc(groups, func(g struct{ name, about, works string }) bool {
		return g.name == "memory" && slices.Contains(strings.Fields(g.works), name)
	})
}

// python returns a Python, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	return path
}

// fakePeer makes a program, behind the protocol, be the peer pytorch.
func fakePeer(t *testing.T, program string) {
	t.Helper()
	real := peers["pytorch"]
	peers["pytorch"] = peerProtocol + program
	t.Cleanup(func() { peers["pytorch"] = real })
}

// A peer that sleeps is slower by what it sleeps; a work that it lacks is measured without it.
func TestBenchPeer(t *testing.T) {
	benches(t)
	path := python(t)
	fakePeer(t, `
print("noise on standard output")
def slow(n=1):
    yield lambda: time.sleep(0.02)
    yield lambda: time.sleep(0.01)
serve(lambda threads: f"Sleeper on {threads}" + ("" if os.environ.get("ATEN_CPU_CAPABILITY") else ", plain"), [(r"gemm(\d+)", slow)])
`)
	for _, c := range []struct {
		flag, name string
		least      float64
	}{{"--tuned=false", "Sleeper on 1, plain", 20}, {"--tuned", "Sleeper on 1, tuned", 10}} {
		out := well(t, "bench", "gemm64", "mlp", "--threads", "1", "--seconds", "0.03", "--rounds", "3", "--json", "--peer", "pytorch", "--python", path, c.flag)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		var m measurement
		m.comparison = new(comparison)
		if err := json.Unmarshal([]byte(lines[0]), &m); err != nil || m.Peer != c.name || m.PeerMedian < c.least || m.PeerBest < c.least ||
			m.PeerBest > m.PeerMedian || m.PeerPeakRSS < 1 || !(m.Ratio > 1) {
			t.Errorf("%s: %s: %v", c.flag, lines[0], err)
		}
		if len(lines) != 2 || strings.Contains(lines[1], "peer") {
			t.Errorf("a work that the peer lacks gives %q", lines[1:])
		}
	}
	out := well(t, "bench", "gemm64", "--threads", "1", "--seconds", "0.01", "--rounds", "1", "--peer", "pytorch", "--python", path)
	if !strings.Contains(out, "peer ms") || !strings.Contains(out, "ratio") {
		t.Errorf("the table is\n%s", out)
	}
}

// What does not run in a peer is said, and what does is measured and named.
func TestBenchPeerFallsBack(t *testing.T) {
	benches(t)
	path := python(t)
	fakePeer(t, `
def ways():
    def broken():
        raise RuntimeError("no C++ compiler\nand much more")
    def slow():
        time.sleep(0.02)
    def quick():
        time.sleep(0.01)
    broken.how, slow.how, quick.how = "compiled", "eager", "eager, turned"
    yield from [broken, slow, quick] if compile else [slow, broken, quick]
serve(lambda threads: "Fake", [(r"gemm64", ways)])
`)
	for _, c := range []struct{ flag, how, said string }{
		{"--compile", "eager", "gemm64 on 1 thread: compiled does not run here and is left out (RuntimeError: no C++ compiler)\n"},
		{"--tuned", "eager, turned", "compiled does not run here"},
		{"--json=false", "eager", "the peer is Fake; "},
	} {
		out, errors, code := jimu(t, "bench", "gemm64", "--threads", "1", "--seconds", "0.03", "--rounds", "1", "--peer", "pytorch", "--python", path, c.flag)
		if code != 0 || !strings.HasSuffix(out, "  "+c.how+"\n") || !strings.Contains(errors, c.said) || strings.Contains(errors, "much more") {
			t.Errorf("%s: exit code %d\n%s\n%s", c.flag, code, out, errors)
		}
	}
}

// One thread takes the place of a peer.
func TestBenchScaling(t *testing.T) {
	benches(t)
	out := well(t, "bench", "gemm256", "--scaling", "--threads", "2", "--seconds", "0.05", "--rounds", "2", "--json")
	m := measurement{comparison: new(comparison)}
	if err := json.Unmarshal([]byte(out), &m); err != nil || m.Threads != 2 || m.Peer != "jimu on 1 thread" || !(m.Ratio > 0) || m.PeerIdleRSS < 1 {
		t.Errorf("%s: %v", out, err)
	}
	out = well(t, "bench", "gemm64", "--scaling", "--threads", "2", "--seconds", "0.01", "--rounds", "1")
	if !strings.Contains(out, "1 thread ms") {
		t.Errorf("the table is\n%s", out)
	}
}

// What goes wrong in a peer is one sentence.
func TestBenchPeerFails(t *testing.T) {
	benches(t)
	path := python(t)
	for _, c := range []struct{ program, want string }{
		{`refuse("no such package; pip install it")`, "jimu: no such package; pip install it\n"},
		{`raise ValueError("oh")`, "ValueError: oh"},
		{"serve(lambda threads: 'X', [(r'gemm64', lambda: (lambda: 1 / 0 for _ in range(1)))])", "X: ZeroDivisionError: division by zero"},
		{"serve(lambda threads: 'X', [(r'gemm64', lambda: (os._exit for _ in range(1)))])", "X"},
	} {
		fakePeer(t, c.program)
		_, errors, code := jimu(t, "bench", "gemm64", "--threads", "1", "--seconds", "0.01", "--peer", "pytorch", "--python", path)
		if code != failed || !strings.Contains(errors, c.want) || strings.Contains(errors, "Traceback") {
			t.Errorf("%s: exit code %d, %q", c.program, code, errors)
		}
	}
}

// The programs of the true peers are Python, and say what is missing where nothing is installed.
func TestPeerPrograms(t *testing.T) {
	path := python(t)
	for name, program := range peers {
		cmd := exec.Command(path, "-I", "-S", "-c", program) // without any installed package
		cmd.Stdin = strings.NewReader(`{"do":"hello","threads":1,"tuned":false,"compile":false}` + "\n")
		out, err := cmd.CombinedOutput()
		var a answer
		if e := json.Unmarshal(out, &a); err != nil || e != nil || !strings.Contains(a.Error, "pip install") {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

func TestProfile(t *testing.T) {
	benches(t)
	dir := filepath.Join(t.TempDir(), "out")
	out := well(t, "bench", "mlp", "--profile", dir, "--threads", "1", "--seconds", "0.05")
	for _, want := range []string{"Linear", "MatMul", "SGD", "between them", "of the roofline", "layer"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %s:\n%s", want, out)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "mlp.pprof"))
	if err != nil || len(b) < 2 || b[0] != 0x1f || b[1] != 0x8b {
		t.Errorf("the pprof is no gzip: %v", err)
	}
	b, err = os.ReadFile(filepath.Join(dir, "mlp.trace.json"))
	if err != nil {
		t.Fatal(err)
	}
	var trace struct{ TraceEvents []chromeEvent }
	if err := json.Unmarshal(b, &trace); err != nil {
		t.Fatal(err)
	}
	layers, runs := map[any]int{}, 0
	end := 0.0
	for _, e := range trace.TraceEvents {
		if e.PID != 1 || e.Phase != "X" && e.Phase != "M" || e.Name == "" || e.Time < 0 {
			t.Fatalf("event %+v", e)
		}
		switch {
		case e.Phase == "M":
		case e.TID == rowOfRuns:
			runs++
		default:
			if e.Start < end {
				t.Fatalf("%s begins at %v, before the call before it ends at %v", e.Name, e.Start, end)
			}
			end = e.Start + e.Time - 0.01
			layers[e.Args["layer"]]++
			for _, key := range []string{"shapes", "flops", "bytes", "GFLOP/s", "of the roofline"} {
				if e.Args[key] == nil {
					t.Fatalf("%s has no %s", e.Name, key)
				}
			}
		}
	}
	if runs == 0 || layers["0"] == 0 || layers["2"] == 0 || layers["4"] == 0 {
		t.Errorf("%d runs, calls by layer: %v", runs, layers)
	}
}
