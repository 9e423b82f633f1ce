package picture

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// A Filter says how the pixels of another size are made. Its names are Pillow's.
type Filter string

// The filters, with their half width in pixels of the coarser size.
const (
	Bilinear Filter = "bilinear" // 1; also if the filter is empty
	Nearest  Filter = "nearest"  // takes one pixel
	BoxMean  Filter = "box"      // ½
	Hamming  Filter = "hamming"  // 1
	Bicubic  Filter = "bicubic"  // 2, a = −½
	Lanczos  Filter = "lanczos"  // 3
)

// kernel returns the filter's function and its half width.
func (f Filter) kernel() (func(x float64) float64, float64) {
	switch f {
	case "", Bilinear:
		return func(x float64) float64 { return max(0, 1-math.Abs(x)) }, 1
	case BoxMean:
		return func(x float64) float64 {
			if x > -0.5 && x <= 0.5 {
				return 1
			}
			return 0
		}, 0.5
	case Hamming:
		return func(x float64) float64 {
			if x = math.Abs(x); x == 0 {
				return 1
			} else if x >= 1 {
				return 0
			}
			x *= math.Pi
			return math.Sin(x) / x * (0.54 + float64(0.46*math.Cos(x)))
		}, 1
	case Bicubic:
		return func(x float64) float64 {
			const a = -0.5
			switch x = math.Abs(x); {
			case x < 1:
				return float64((float64((a+2)*x)-(a+3))*x*x) + 1
			case x < 2:
				return (float64((float64((x-5)*x)+8)*x) - 4) * a
			}
			return 0
		}, 2
	case Lanczos:
		return func(x float64) float64 {
			if x < -3 || x >= 3 {
				return 0
			}
			return sinc(x) * sinc(x/3)
		}, 3
	}
	panic(tensor.Errorf("Resize", "no filter %q; there are nearest, box, bilinear, hamming, bicubic and lanczos", f))
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	x *= math.Pi
	return math.Sin(x) / x
}

// precision is how many bits of Pillow's weights are behind the point.
const precision = 32 - 8 - 2

// resample returns bytes [height width c] made of src, which has shape [h w c]: along rows, then along columns, with the integers
// of Pillow's Resample.c, so that the result has its bits.
func resample(src []uint8, shape [3]int, height, width int, f Filter) []uint8 {
	h, w, c := shape[0], shape[1], shape[2]
	if f == Nearest {
		return nearest(src, shape, height, width)
	}
	if width != w {
		across := make([]uint8, h*width*c)
		for x, t := range taps(w, width, f) {
			for y := range h {
				row, to := src[(y*w+t.first)*c:], across[(y*width+x)*c:]
				for k := range c {
					sum := int32(1 << (precision - 1))
					for i, weight := range t.weights {
						sum += weight * int32(row[i*c+k])
					}
					to[k] = clip(sum)
				}
			}
		}
		src, w = across, width
	}
	if height == h {
		return src
	}
	dst, sums := make([]uint8, height*w*c), make([]int32, w*c)
	for y, t := range taps(h, height, f) {
		for j := range sums {
			sums[j] = 1 << (precision - 1)
		}
		for i, weight := range t.weights {
			row := src[(t.first+i)*w*c:][:len(sums)]
			for j, v := range row {
				sums[j] += weight * int32(v)
			}
		}
		to := dst[y*w*c:]
		for j, sum := range sums {
			to[j] = clip(sum)
		}
	}
	return dst
}

func clip(sum int32) uint8 { return uint8(min(max(sum>>precision, 0), 255)) }

// A tap says which pixels a new one is made of, and how much of each.
type tap struct {
	first   int
	weights []int32
}

// taps returns the tap of each of to pixels that stand for from.
func taps(from, to int, f Filter) []tap {
	kernel, support := f.kernel()
	scale := float64(from) / float64(to)
	wide := max(scale, 1)
	support *= wide
	all := make([]tap, to)
	for i := range all {
		center := (float64(i) + 0.5) * scale
		first := max(int(center-support+0.5), 0)
		last := min(int(center+support+0.5), from)
		weights, sum := make([]float64, last-first), 0.0
		for k := range weights {
			weights[k] = kernel((float64(k+first) - center + 0.5) * (1 / wide))
			sum += weights[k]
		}
		whole := make([]int32, len(weights))
		for k, v := range weights {
			if sum != 0 {
				v /= sum
			}
			whole[k] = int32(math.Round(v * (1 << precision)))
		}
		all[i] = tap{first, whole}
	}
	return all
}

// nearest returns the pixel at the middle of each new one, as Pillow takes it.
func nearest(src []uint8, shape [3]int, height, width int) []uint8 {
	h, w, c := shape[0], shape[1], shape[2]
	sy, sx := float64(h)/float64(height), float64(w)/float64(width)
	dst := make([]uint8, height*width*c)
	columns := make([]int, width)
	at := sx * 0.5
	for x := range columns {
		columns[x] = min(int(at), w-1)
		at += sx // added up, as Pillow does: a multiple may round to the next pixel
	}
	at = sy * 0.5
	for y := range height {
		row := src[min(int(at), h-1)*w*c:]
		at += sy
		for x, k := range columns {
			copy(dst[(y*width+x)*c:][:c], row[k*c:])
		}
	}
	return dst
}
