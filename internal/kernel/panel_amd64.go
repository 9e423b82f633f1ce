package kernel

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("panelbfloat16", "avx2", cpuid.AVX2, &panelBFloat16, panelWithAVX2(panelBF16AVX2))
	provide("panelbfloat16", "avx512", cpuid.AVX512, &panelBFloat16, panelWithAVX512(panelBF16AVX512))
	provide("panelbfloat16", "avx512bf16", cpuid.AVX512BF16, &panelBFloat16, panelWithAVX512(panelBF16Pairs))
	provide("panelbfloat16", "amx", cpuid.AMXBF16, &panelBFloat16, panelWithAMX(panelBF16BlocksAMX, panelBF16RestAMX))
	provide("panelint8", "avx2", cpuid.AVX2, &panelInt8, panelWithAVX2(panelInt8AVX2))
	provide("panelint8", "avx512", cpuid.AVX512, &panelInt8, panelWithAVX512(panelInt8AVX512))
	provide("panelint8", "avx512vnni", cpuid.AVX512VNNI, &panelInt8, panelWithAVX512(panelInt8VNNI))
	provide("panelint8", "amx", cpuid.AMXInt8, &panelInt8, panelWithAMX(panelInt8BlocksAMX, panelInt8RestAMX))
	provide("putfloat32", "avx512", cpuid.AVX512, &putFloat32, putWith(putFloat32AVX512))
	provide("putbfloat16", "avx512", cpuid.AVX512, &putBFloat16, putWith(putBFloat16AVX512))
	provide("putint32", "avx512", cpuid.AVX512, &putInt32, putWith(putInt32AVX512))
	provide("packgroups", "avx512", cpuid.AVX512, &packGroups, func(panel, src []byte, stride, rows, bytes int) {
		packGroupsAVX512(&panel[0], unsafe.SliceData(src), stride, rows, bytes)
	})
	provide("packpairs", "avx512", cpuid.AVX512, &packPairs, func(panel []byte, src []uint16, stride, k, cols int) {
		packPairsAVX512(unsafe.SliceData(panel), (*byte)(unsafe.Pointer(unsafe.SliceData(src))), 2*stride, k, cols)
	})
	provide("packrows", "avx512", cpuid.AVX512, &packRows, func(dst, src []uint16, stride, k, cols int) {
		packRowsAVX512((*byte)(unsafe.Pointer(&dst[0])), (*byte)(unsafe.Pointer(&src[0])), 2*stride, k, cols)
	})
}

// putWith makes a kernel of assembly.
func putWith(put func(*byte)) func(*Sums) {
	return func(s *Sums) { put((*byte)(unsafe.Pointer(s))) }
}

// panelWithAVX512 makes a kernel of those for 1, 2, … rows, with tiles that are as even as can be. Each tile stands in p for
// the call: a panel of its own would be on the heap, since nothing is known of what a kernel in a table does with it.
func panelWithAVX512(rows []func(*byte)) func(*Panel) {
	return func(p *Panel) {
		whole := *p
		tiles := (whole.Rows + len(rows) - 1) / len(rows)
		for i := range tiles {
			from, to := i*whole.Rows/tiles, (i+1)*whole.Rows/tiles
			*p = whole.below(from, to-from)
			rows[to-from-1]((*byte)(unsafe.Pointer(p)))
			Checkpoint()
		}
		*p = whole
	}
}

// panelWithAVX2 is panelWithAVX512 for kernels of 16 columns.
func panelWithAVX2(rows []func(*byte)) func(*Panel) {
	half := panelWithAVX512(rows)
	return func(p *Panel) {
		half(p)
		whole := *p
		if p.C = unsafe.Add(p.C, panelRow/2); p.B != nil { // there is no B where there is nothing to sum
			p.B = unsafe.Add(p.B, panelRow/2)
		}
		half(p)
		*p = whole
	}
}

// panelWithAMX makes a kernel of one for blocks of 32 rows and one for up to 16 rows.
func panelWithAMX(blocks func(p *byte, n int), rest func(p *byte)) func(*Panel) {
	return func(p *Panel) {
		whole := *p
		n := whole.Rows / 32
		if n > 0 {
			blocks((*byte)(unsafe.Pointer(p)), n)
		}
		for i := 32 * n; i < whole.Rows; i += 16 {
			*p = whole.below(i, min(16, whole.Rows-i))
			rest((*byte)(unsafe.Pointer(p)))
		}
		*p = whole
	}
}

var panelBF16Pairs = []func(*byte){
	panelBF161AVX512, panelBF162AVX512, panelBF163AVX512, panelBF164AVX512, panelBF165AVX512, panelBF166AVX512,
	panelBF167AVX512, panelBF168AVX512, panelBF169AVX512, panelBF1610AVX512, panelBF1611AVX512, panelBF1612AVX512,
	panelBF1613AVX512, panelBF1614AVX512,
}

var panelBF16AVX512 = []func(*byte){
	panelBF16Shifted1AVX512, panelBF16Shifted2AVX512, panelBF16Shifted3AVX512, panelBF16Shifted4AVX512,
	panelBF16Shifted5AVX512, panelBF16Shifted6AVX512, panelBF16Shifted7AVX512, panelBF16Shifted8AVX512,
	panelBF16Shifted9AVX512, panelBF16Shifted10AVX512, panelBF16Shifted11AVX512, panelBF16Shifted12AVX512,
}

var panelBF16AVX2 = []func(*byte){
	panelBF16Shifted1AVX2, panelBF16Shifted2AVX2, panelBF16Shifted3AVX2, panelBF16Shifted4AVX2,
}

var panelInt8VNNI = []func(*byte){
	panelInt81AVX512, panelInt82AVX512, panelInt83AVX512, panelInt84AVX512, panelInt85AVX512, panelInt86AVX512,
	panelInt87AVX512, panelInt88AVX512, panelInt89AVX512, panelInt810AVX512, panelInt811AVX512, panelInt812AVX512,
	panelInt813AVX512, panelInt814AVX512,
}

var panelInt8AVX512 = []func(*byte){
	panelInt8Widened1AVX512, panelInt8Widened2AVX512, panelInt8Widened3AVX512, panelInt8Widened4AVX512,
	panelInt8Widened5AVX512, panelInt8Widened6AVX512, panelInt8Widened7AVX512, panelInt8Widened8AVX512,
	panelInt8Widened9AVX512, panelInt8Widened10AVX512, panelInt8Widened11AVX512, panelInt8Widened12AVX512,
}

var panelInt8AVX2 = []func(*byte){
	panelInt8Widened1AVX2, panelInt8Widened2AVX2, panelInt8Widened3AVX2, panelInt8Widened4AVX2,
}
