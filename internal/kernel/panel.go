package kernel

import (
	"math"
	"unsafe"
)

// A panel is 32 columns of a matrix, packed for [PanelBFloat16] and [PanelInt8]. What lies along k comes in groups of 32
// bits, 2 bfloat16 or 4 bytes, and in steps of 16 groups; a panel is filled up with zeros to whole steps:
//
//	[steps·16 groups][32 columns][2 or 4 numbers]
const (
	PanelCols = 32
	StepBytes = 64                         // of a row of A in a step
	stepPanel = 16 * PanelCols * groupSize // bytes of a panel in a step
	groupSize = 4
	panelRow  = PanelCols * groupSize
)

// PanelBytes returns the size of a panel for rows of A of that many bytes.
func PanelBytes(row int) int { return stepsOf(row) * stepPanel }

// stepsOf returns how many steps a row of A of that many bytes has, the last of which may be part of one.
func stepsOf(row int) int { return (row + StepBytes - 1) / StepBytes }

// Panel is a product of rows of A, in which k is contiguous at least in steps, and a panel B.
//
//	C[i,j] = Σ A[i,k]·B[k,j] + C[i,j] if Accumulate is 1     i < Rows, j < 32
//
// The elements of A are read where they lie, but for those behind the last whole step: Tail holds these, filled up with
// zeros, one row of [StepBytes] after another. C has 32 numbers of 32 bits in each row.
type Panel struct {
	Steps      int // whole steps of A
	A          unsafe.Pointer
	AI         int            // bytes from row to row of A
	AStep      int            // bytes from step to step of A, at least 64
	Tail       unsafe.Pointer // or nil
	B          unsafe.Pointer
	C          unsafe.Pointer
	CI         int // bytes from row to row of C
	Rows       int
	Accumulate int // 1: add what C holds
}

// steps returns how many steps there are with the tail.
func (p *Panel) steps() int {
	if p.Tail != nil {
		return p.Steps + 1
	}
	return p.Steps
}

// below returns p from row i on, with n rows.
func (p *Panel) below(i, n int) Panel {
	q := *p
	q.Rows = n
	q.C = unsafe.Add(p.C, i*p.CI)
	if p.Steps > 0 {
		q.A = unsafe.Add(p.A, i*p.AI)
	}
	if p.Tail != nil {
		q.Tail = unsafe.Add(p.Tail, i*StepBytes)
	}
	return q
}

// a returns 64 bytes of row i in a step.
func (p *Panel) a(i, step int) unsafe.Pointer {
	if step == p.Steps {
		return unsafe.Add(p.Tail, i*StepBytes)
	}
	return unsafe.Add(p.A, i*p.AI+step*p.AStep)
}

// b returns the 32 groups of group g in a step.
func (p *Panel) b(step, g int) unsafe.Pointer {
	return unsafe.Add(p.B, step*stepPanel+g*panelRow)
}

// PanelBFloat16 computes a product of bfloat16 with sums in float32. The sum is some tree of the products: one after
// another, or the sums of 32 neighbours along k; it is the same for any rows and columns around an element. Products
// and sums are rounded to float32 at most once each. Subnormal numbers may count as 0. It does not check what it is
// given, and takes at most about 10⁷ multiply-adds to stay within 100 µs.
func PanelBFloat16(p *Panel) { panelBFloat16(p) }

// PanelInt8 computes a product of bytes, those of A unsigned and those of B signed. The sums are exact modulo 2³². It
// does not check what it is given, and takes at most about 10⁷ multiply-adds to stay within 100 µs.
func PanelInt8(p *Panel) { panelInt8(p) }

var (
	panelBFloat16 = panelBFloat16Generic
	panelInt8     = panelInt8Generic
)

func panelBFloat16Generic(p *Panel) {
	for i := range p.Rows {
		c := (*[PanelCols]float32)(unsafe.Add(p.C, i*p.CI))
		if p.Accumulate == 0 {
			clear(c[:])
		}
		for s := range p.steps() {
			a := (*[32]uint16)(p.a(i, s))
			for g := range 16 {
				b := (*[2 * PanelCols]uint16)(p.b(s, g))
				even, odd := fromBFloat16(a[2*g]), fromBFloat16(a[2*g+1])
				for j := range c {
					c[j] += even * fromBFloat16(b[2*j])
					c[j] += odd * fromBFloat16(b[2*j+1])
				}
			}
		}
	}
}

func fromBFloat16(h uint16) float32 { return math.Float32frombits(uint32(h) << 16) }

func panelInt8Generic(p *Panel) {
	for i := range p.Rows {
		c := (*[PanelCols]int32)(unsafe.Add(p.C, i*p.CI))
		if p.Accumulate == 0 {
			clear(c[:])
		}
		for s := range p.steps() {
			a := (*[StepBytes]uint8)(p.a(i, s))
			for g := range 16 {
				b := (*[4 * PanelCols]int8)(p.b(s, g))
				for j := range c {
					for k := range 4 {
						c[j] += int32(a[4*g+k]) * int32(b[4*j+k])
					}
				}
			}
		}
	}
}
