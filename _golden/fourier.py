"""Golden values of Fourier transforms in package op (op/testdata/fourier.golden) by PyTorch, and of windows (window.golden) by SciPy.

Complex numbers are pairs in a last axis of 2. Norms are 0 backward, 1 ortho, 2 forward; axes are counted before the pairs.
"""
import numpy as np
import scipy
import scipy.signal
import torch
import golden

rng = np.random.default_rng(20261128)
out = golden.File("op/testdata/fourier.golden", "_golden/fourier.py", "Fourier transforms; d<x> is the gradient of sum(y*dy)")
NORMS = ("backward", "ortho", "forward")


def normal(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def case(name, fn, inputs, attrs=None):
    golden.case(out, name, fn, inputs, rng, attrs)


pairs = torch.view_as_real


def comp(x):
    return torch.view_as_complex(x.contiguous())


for name, shape, axes, norm in [("odd", (2, 7), (1,), 0), ("prime", (37,), (0,), 1), ("plane", (3, 4, 5), (0, 2), 2), ("mixed", (60,), (-1,), 0)]:
    attrs = {"norm": norm, "axes": list(axes)}
    case(f"FFT/{name}", lambda x: pairs(torch.fft.fftn(comp(x), dim=axes, norm=NORMS[norm])), {"x": normal(*shape, 2)}, attrs)
    case(f"IFFT/{name}", lambda x: pairs(torch.fft.ifftn(comp(x), dim=axes, norm=NORMS[norm])), {"x": normal(*shape, 2)}, attrs)
    case(f"RFFT/{name}", lambda x: pairs(torch.fft.rfftn(x, dim=axes, norm=NORMS[norm])), {"x": normal(*shape)}, attrs)
    half = list(shape)
    n = half[axes[-1]]
    half[axes[-1]] = n // 2 + 1
    case(f"IRFFT/{name}", lambda x: torch.fft.irfftn(comp(x), s=[shape[a] for a in axes], dim=axes, norm=NORMS[norm]), {"x": normal(*half, 2)}, {**attrs, "n": n})
case("FFTShift/odd", lambda x: torch.fft.fftshift(x), {"x": normal(4, 5)})
case("IFFTShift/odd", lambda x: torch.fft.ifftshift(x), {"x": normal(4, 5)})
case("ComplexMul/odd", lambda x, w: pairs(comp(x) * comp(w)), {"x": normal(2, 3, 2), "w": normal(3, 2)})
case("ComplexAbs/odd", lambda x: comp(x).abs(), {"x": normal(5, 2)})
case("ComplexAngle/odd", lambda x: comp(x).angle(), {"x": normal(5, 2)})

for name, t, size, hop, window, center, normalized in [
    ("plain", (50,), 16, 4, 16, True, False), ("odd", (2, 41), 9, 3, 7, True, False), ("apart", (2, 41), 10, 12, 10, False, True), ("hann", (33,), 12, 5, 0, True, True)]:
    attrs = {"size": size, "hop": hop, "window": window, "center": center, "normalized": normalized}

    def win(x, window=window, size=size):
        return torch.hamming_window(window, dtype=x.dtype) if window else torch.hann_window(size, dtype=x.dtype)

    case(f"STFT/{name}", lambda x: pairs(torch.stft(x, size, hop, window or size, win(x), center=center, normalized=normalized, return_complex=True)), {"x": normal(*t)}, attrs)
    if hop > size // 2:
        continue
    for length in (0, 30) if name == "odd" else (0, 30, 60):
        spectrum = normal(*t[:-1], size // 2 + 1, 12, 2)
        case(f"ISTFT/{name}{length}", lambda x: torch.istft(comp(x), size, hop, window or size, win(x), center=center, normalized=normalized, length=length or None),
             {"x": spectrum}, {**attrs, "length": length})
out.save()

out = golden.File("op/testdata/window.golden", "_golden/fourier.py", "windows", by=f"SciPy {scipy.__version__}")
for kind in ("hann", "hamming", "blackman", "nuttall", "boxcar", "bartlett", "cosine", ("kaiser", 7.5), ("gaussian", 2.5)):
    for n in (1, 2, 9, 16):
        for symmetric in (True, False):
            name = kind if isinstance(kind, str) else kind[0]
            y = scipy.signal.get_window(kind, n, fftbins=not symmetric)
            out.add(f"Window/{name}{n}{symmetric}", {"y": y}, {"kind": name, "symmetric": symmetric})
out.save()
