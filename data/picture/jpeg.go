package picture

import (
	"encoding/binary"
	"image"
)

// rgb returns the bytes [h w 3] of a JPEG picture as libjpeg makes them, and with it Pillow and OpenCV: colors that were stored
// at half of the resolution are interpolated (its "fancy upsampling"), where Go's own conversion repeats them, and the conversion
// is in its integers.
func rgb(m *image.YCbCr) []uint8 {
	b := m.Bounds()
	h, w := b.Dy(), b.Dx()
	across, down := 1, 1
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		across = 2
	case image.YCbCrSubsampleRatio420:
		across, down = 2, 2
	case image.YCbCrSubsampleRatio440:
		down = 2
	}
	if b.Min != (image.Point{}) || across*down == 1 && m.SubsampleRatio != image.YCbCrSubsampleRatio444 || across == 2 && w <= 4 {
		across, down = 0, 0 // a part, 4:1:1 and 4:1:0, or too narrow for libjpeg: the nearest color
	}
	pix := make([]uint8, 3*h*w)
	cb, cr := make([]uint8, w+1), make([]uint8, w+1)
	for y := range h {
		if across == 0 {
			for x := range w {
				i := m.COffset(b.Min.X+x, b.Min.Y+y)
				cb[x], cr[x] = m.Cb[i], m.Cr[i]
			}
		} else {
			upsample(cb, m.Cb, m.CStride, y, h, w, across, down)
			upsample(cr, m.Cr, m.CStride, y, h, w, across, down)
		}
		row, luma := pix[3*y*w:], m.Y[m.YOffset(b.Min.X, b.Min.Y+y):]
		for x := range w {
			row[3*x], row[3*x+1], row[3*x+2] = fromYCC(luma[x], cb[x], cr[x])
		}
	}
	return pix
}

// upsample makes row y of a color plane that has 1/across of the columns and 1/down of the rows: weights of 3/4 and 1/4, rounded
// up and down in turns as in libjpeg's jdsample.c. dst has room for one more than w.
func upsample(dst, plane []uint8, stride, y, h, w, across, down int) {
	near, far := y/down, y/down
	if down == 2 {
		far = near - 1 + y%2*2
		far = min(max(far, 0), (h+1)/2-1)
	}
	a, b := plane[near*stride:], plane[far*stride:]
	switch {
	case across == 1 && down == 1:
		copy(dst[:w], a)
	case across == 1:
		for x := range w {
			dst[x] = uint8((3*int(a[x]) + int(b[x]) + 1 + y%2) >> 2)
		}
	default:
		// Sums of 1 or, over two rows, of 4; the columns make 4 of each.
		n := (w + 1) / 2
		at := func(k int) int {
			if down == 1 {
				return int(a[k])
			}
			return 3*int(a[k]) + int(b[k])
		}
		left, right, bits := 1, 2, 2
		if down == 2 {
			left, right, bits = 8, 7, 4
		}
		for k := range n {
			v := at(k)
			dst[2*k] = uint8((3*v + at(max(k-1, 0)) + left) >> bits)
			dst[min(2*k+1, w)] = uint8((3*v + at(min(k+1, n-1)) + right) >> bits)
		}
	}
}

// fromYCC converts as libjpeg's jdcolor.c does, with 16 bits behind the point.
func fromYCC(y, cb, cr uint8) (r, g, b uint8) {
	const half = 1 << 15
	u, v, l := int32(cb)-128, int32(cr)-128, int32(y)
	byteOf := func(x int32) uint8 { return uint8(min(max(x, 0), 255)) }
	return byteOf(l + (91881*v+half)>>16), byteOf(l + (-22554*u-46802*v+half)>>16), byteOf(l + (116130*u+half)>>16)
}

// orientation returns what the head of a JPEG file notes about which way is up: 1 to 8, as Exif numbers them, 1 if nothing.
func orientation(head []byte) int {
	if len(head) < 2 || head[0] != 0xff || head[1] != 0xd8 {
		return 1
	}
	for b := head[2:]; len(b) >= 4 && b[0] == 0xff; {
		length := int(binary.BigEndian.Uint16(b[2:]))
		if length < 2 || len(b) < 2+length {
			return 1
		}
		if body := b[4 : 2+length]; b[1] == 0xe1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		b = b[2+length:]
	}
	return 1
}

// tiffOrientation looks for tag 0x0112 in the first directory of a TIFF block.
func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(b[:2]) == "MM" {
		order = binary.BigEndian
	} else if string(b[:2]) != "II" {
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// upright turns and mirrors a picture so that it is the way up that its orientation says.
func (p *Picture) upright(o int) *Picture {
	if o == 1 {
		return p
	}
	h, w, c := p.Height, p.Width, p.Channels
	q := &Picture{Pix: make([]uint8, len(p.Pix)), Height: h, Width: w, Channels: c}
	if o >= 5 {
		q.Height, q.Width = w, h
	}
	for i := range q.Height {
		for j := range q.Width {
			y, x := i, j
			if o >= 5 {
				y, x = j, i
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				x = w - 1 - x
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				y = h - 1 - y
			}
			copy(q.Pix[(i*q.Width+j)*c:][:c], p.Pix[(y*w+x)*c:])
		}
	}
	return q
}
