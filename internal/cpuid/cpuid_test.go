package cpuid

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// flags are all the flags, as one value that can be kept and put back.
func flags() [8]*bool {
	return [...]*bool{&NEON, &F16C, &AVX2, &AVX512, &AVX512VNNI, &AVX512BF16, &AMXBF16, &AMXInt8}
}

func TestLimit(t *testing.T) {
	var before [8]bool
	for i, f := range flags() {
		before[i] = *f
	}
	defer func() {
		for i, f := range flags() {
			*f = before[i]
		}
	}()
	for _, c := range []struct{ list, want string }{
		{"", "neon f16c avx2 avx512 avx512vnni avx512bf16 amxbf16 amxint8"},
		{"amx", "f16c avx2 avx512 avx512vnni avx512bf16 amxbf16 amxint8"},
		{"generic", ""},
		{"neon", "neon"},
		{"avx9", ""},
		{"avx2", "f16c avx2"},
		{" AVX512 ", "f16c avx2 avx512"},
		{"avx2,f16c", "f16c avx2"},
		{"avx512vnni", "f16c avx2 avx512 avx512vnni"},
		{"avx512bf16,avx512vnni", "f16c avx2 avx512 avx512vnni avx512bf16"},
	} {
		for _, f := range flags() {
			*f = true
		}
		limit(c.list)
		if got := strings.Join(Features(), " "); got != c.want {
			t.Errorf("JIMU_CPU=%q leaves %q, want %q", c.list, got, c.want)
		}
	}
}

// The kernel's own list of flags is a second opinion where there is one.
func TestAgainstLinux(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || runtime.GOARCH != "amd64" || os.Getenv("JIMU_CPU") != "" {
		t.Skip("no /proc/cpuinfo of an amd64 processor, or JIMU_CPU is set")
	}
	_, rest, _ := strings.Cut(string(info), "flags")
	line, _, _ := strings.Cut(rest, "\n")
	has := strings.Fields(line)
	all := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(has, n) })
	}
	for _, c := range []struct {
		name      string
		got, want bool
	}{
		{"f16c", F16C, all("f16c")},
		{"avx2", AVX2, all("avx2", "fma")},
		{"avx512", AVX512, all("avx512f", "avx512dq", "avx512bw", "avx512vl")},
		{"avx512vnni", AVX512VNNI, all("avx512f", "avx512_vnni")},
		{"avx512bf16", AVX512BF16, all("avx512f", "avx512_bf16")},
		{"amxbf16", AMXBF16, all("amx_tile", "amx_bf16")},
		{"amxint8", AMXInt8, all("amx_tile", "amx_int8")},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, but the system says %v", c.name, c.got, c.want)
		}
	}
}
