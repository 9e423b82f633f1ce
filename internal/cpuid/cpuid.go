// Package cpuid reports which vector extensions this processor and its system offer.
//
// The environment variable JIMU_CPU limits what is reported to the levels it lists, separated by commas, and to
// the levels below them: "generic" turns all assembly off, "avx2" forbids AVX-512, "avx512" forbids the
// extensions above it, "amx" allows all. A name that is not known allows nothing. Empty or unset, it limits nothing.
package cpuid

import (
	"os"
	"strings"
)

// Each flag is true if the processor has the extension, the system keeps its registers, and JIMU_CPU does not
// forbid it. All but NEON are false on architectures other than amd64.
var (
	NEON       bool // 128-bit vectors of arm64, with FMA; every processor of that architecture has them
	F16C       bool // conversion between float16 and float32 vectors
	AVX2       bool // 256-bit vectors of integers and floats, with FMA
	AVX512     bool // 512-bit vectors: the F, DQ, BW and VL parts together
	AVX512VNNI bool // dot products of 8-bit integers, on AVX512
	AVX512BF16 bool // dot products of bfloat16, on AVX512
	AMXBF16    bool // products of tiles of bfloat16
	AMXInt8    bool // products of tiles of 8-bit integers
)

// A feature is an extension with the levels of JIMU_CPU that allow it.
type feature struct {
	name string
	flag *bool
	by   string // names in JIMU_CPU that allow it, besides its own
}

var features = []feature{
	{"neon", &NEON, ""},
	{"f16c", &F16C, "avx2 avx512 avx512vnni avx512bf16 amx"},
	{"avx2", &AVX2, "avx512 avx512vnni avx512bf16 amx"},
	{"avx512", &AVX512, "avx512vnni avx512bf16 amx"},
	{"avx512vnni", &AVX512VNNI, "amx"},
	{"avx512bf16", &AVX512BF16, "amx"},
	{"amxbf16", &AMXBF16, "amx"},
	{"amxint8", &AMXInt8, "amx"},
}

func init() {
	detect()
	limit(os.Getenv("JIMU_CPU"))
	if (AMXBF16 || AMXInt8) && !allowTiles() {
		AMXBF16, AMXInt8 = false, false
	}
}

// limit clears the flags that the list, as in JIMU_CPU, does not allow.
func limit(list string) {
	if list == "" {
		return
	}
	allowed := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		allowed[name] = true
		for _, f := range features {
			for by := range strings.FieldsSeq(f.by) {
				if by == name {
					allowed[f.name] = true
				}
			}
		}
	}
	for _, f := range features {
		*f.flag = *f.flag && allowed[f.name]
	}
}

// Features returns the names of the extensions that are offered, in lower case, the oldest first.
func Features() []string {
	var names []string
	for _, f := range features {
		if *f.flag {
			names = append(names, f.name)
		}
	}
	return names
}
