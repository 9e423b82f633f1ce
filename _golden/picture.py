"""Golden values of package data/picture: Pillow's resizing (BILINEAR, which widens its filter when it shrinks) and gray."""
import numpy as np
import PIL
from PIL import Image
import golden

rng = np.random.default_rng(20261127)
out = golden.File("data/picture/testdata/picture.golden", "_golden/picture.py", f"x, y: bytes [h w c] as int64, by Pillow {PIL.__version__}")
integers = lambda m: np.asarray(m).astype(np.int64)


def smooth(h, w, c):
    """A picture with edges and noise, not noise alone."""
    y, x = np.mgrid[0:h, 0:w]
    planes = [128 + 90 * np.sin(x / (2 + k) + k) * np.cos(y / 3) + 60 * (x > w // 2) + rng.normal(0, 12, (h, w)) for k in range(c)]
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def picture(a):
    return Image.fromarray(a[..., 0] if a.shape[2] == 1 else a)


for name, h, w, c, th, tw in [("grow", 5, 7, 3, 11, 12), ("halve", 12, 16, 1, 6, 8), ("shrink", 23, 17, 3, 7, 5), ("uneven", 9, 20, 1, 16, 6),
                              ("one_pixel", 6, 5, 3, 1, 1), ("from_one", 1, 1, 3, 3, 4), ("tall", 4, 13, 1, 9, 13), ("wide", 13, 4, 1, 13, 9)]:
    a = smooth(h, w, c)
    y = integers(picture(a).resize((tw, th), Image.BILINEAR)).reshape(th, tw, c)
    out.add(f"Resize/{name}", {"x": integers(a), "y": y})
a = rng.integers(0, 256, (5, 8, 3)).astype(np.uint8)
out.add("Gray/noise", {"x": integers(a), "y": integers(picture(a).convert("L")).reshape(5, 8, 1)})
out.save()
