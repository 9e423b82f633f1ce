"""Golden values of the transforms in data/picture: torchvision.transforms.v2.functional on bytes, and Pillow.

Pictures are bytes [c h w] as int64; boxes [n 4] are corners in float64. A case is named after the transform whose core it checks.
"""
import io
import os
import numpy as np
import PIL
import torch
import torchvision
import torchvision.transforms.v2.functional as F
from PIL import Image, ImageOps
from torchvision import tv_tensors
from torchvision.transforms.v2 import AutoAugment, AutoAugmentPolicy, MixUp, RandAugment, TrivialAugmentWide
import golden

rng = np.random.default_rng(20261126)
tv = golden.File("data/picture/testdata/transforms.golden", "_golden/pictures.py", "x, y: bytes [c h w] as int64; boxes [n 4], corners",
                 by=f"torchvision {torchvision.__version__}")
pil = golden.File("data/picture/testdata/pillow.golden", "_golden/pictures.py", "x, y: bytes [c h w] as int64", by=f"Pillow {PIL.__version__}")


def smooth(c, h, w):
    """A picture with edges and noise, not noise alone."""
    y, x = np.mgrid[0:h, 0:w]
    planes = [128 + 90 * np.sin(x / (2 + k) + k) * np.cos(y / 3) + 60 * (x > w // 2) + rng.normal(0, 12, (h, w)) for k in range(c)]
    return np.clip(np.stack(planes), 0, 255).astype(np.uint8)


def ints(a):
    return np.asarray(a).astype(np.int64)


def case(name, f, shape=(3, 13, 17), boxes=False, x=None, **attrs):
    x = smooth(*shape) if x is None else x
    arrays = {"x": ints(x), "y": ints(f(torch.from_numpy(x.copy())).contiguous())}
    if boxes:
        h, w = x.shape[1:]
        b = np.array([[2.0, 3.0, 9.0, 8.0], [0.0, 0.0, w, h], [w - 4.5, h - 3.0, w - 1.0, h]])
        arrays["boxes"] = b
        arrays["moved"] = np.asarray(f(tv_tensors.BoundingBoxes(torch.from_numpy(b), format="XYXY", canvas_size=(h, w))))
    tv.add(name, arrays, attrs)


def image(x):
    return Image.fromarray(x[0] if x.shape[0] == 1 else np.moveaxis(x, 0, -1))


def planes(m):
    a = ints(m)
    return a[None] if a.ndim == 2 else np.moveaxis(a, -1, 0)


def pillow(name, f, shape=(3, 13, 17), **attrs):
    x = smooth(*shape)
    pil.add(name, {"x": ints(x), "y": planes(f(image(x)))}, attrs)


# Colors.
for f in (0.0, 0.37, 1.0, 1.63, 2.9):
    case(f"ColorJitter/brightness_{f}", lambda x: F.adjust_brightness(x, f), shape=(3, 9, 11), factor=f, of="brightness")
    case(f"ColorJitter/contrast_{f}", lambda x: F.adjust_contrast(x, f), shape=(3, 9, 11), factor=f, of="contrast")
    case(f"ColorJitter/saturation_{f}", lambda x: F.adjust_saturation(x, f), shape=(3, 9, 11), factor=f, of="saturation")
    case(f"Sharpness/{f}", lambda x: F.adjust_sharpness(x, f), factor=f)
for f in (-0.5, -0.21, 0.0, 0.08, 0.5):
    case(f"ColorJitter/hue_{f}", lambda x: F.adjust_hue(x, f), shape=(3, 9, 11), factor=f, of="hue")
case("ColorJitter/grey", lambda x: F.adjust_contrast(x, 1.4), shape=(1, 9, 8), factor=1.4, of="contrast")
case("Sharpness/small", lambda x: F.adjust_sharpness(x, 2.0), shape=(1, 2, 8), factor=2.0)
flat = np.full((3, 6, 7), 9, np.uint8)
flat[0, :, 3:] = 200
noise = rng.integers(40, 180, (3, 40, 31)).astype(np.uint8)
case("AutoContrast/smooth", F.autocontrast)
case("AutoContrast/flat", F.autocontrast, x=flat)
case("AutoContrast/narrow", F.autocontrast, x=noise)
case("Equalize/smooth", F.equalize, shape=(3, 30, 33))
case("Equalize/flat", F.equalize, x=flat)
case("Equalize/narrow", F.equalize, x=noise)
case("Invert/smooth", F.invert)
for t in (0.0, 77.3, 128.0, 255.0):
    case(f"Solarize/{t}", lambda x: F.solarize(x, t), threshold=t)
for b in (1, 3, 4, 8):
    case(f"Posterize/{b}", lambda x: F.posterize(x, b), bits=b)

# Places.
case("HorizontalFlip/odd", F.horizontal_flip, boxes=True)
case("VerticalFlip/odd", F.vertical_flip, boxes=True)
for name, at in {"inside": (2, 3, 7, 8), "over_the_edge": (-3, 5, 12, 20)}.items():
    case(f"Crop/{name}", lambda x: F.crop(x, *at), boxes=True, at=list(at))
for name, at in {"odd": (6, 8), "even": (5, 11), "larger": (20, 22), "wider": (8, 20)}.items():
    case(f"CenterCrop/{name}", lambda x: F.center_crop(x, list(at)), boxes=name in ("odd", "even"), at=list(at))
for mode in ("constant", "edge", "reflect", "symmetric"):
    case(f"Pad/{mode}", lambda x: F.pad(x, [3, 5, 6, 4], fill=[7.0, 80.0, 250.0] if mode == "constant" else 0, padding_mode=mode), boxes=mode == "constant",
         mode=mode, by=[3, 5, 6, 4])
for name, kw in {"quarter": dict(angle=90.0), "half": dict(angle=180.0), "nearest": dict(angle=23.7), "bilinear": dict(angle=-41.3),
                 "expand": dict(angle=67.1, expand=True), "expand_bilinear": dict(angle=205.5, expand=True), "quarter_expand": dict(angle=270.0, expand=True),
                 "center": dict(angle=33.3, center=[3.5, 4.25])}.items():
    mode = "bilinear" if "bilinear" in name else "nearest"
    shape = (3, 15, 15) if name == "quarter" else (3, 13, 17)
    # torchvision's boxes are up to a pixel beside its picture where that is made larger. A fill is blended in twice at the border there, so that only nearest can be compared with one.
    fill = [7.0, 80.0, 250.0] if mode == "nearest" else None
    case(f"Rotation/{name}", lambda x: F.rotate(x, interpolation=F.InterpolationMode(mode), **(kw | ({} if isinstance(x, tv_tensors.BoundingBoxes) else dict(fill=fill)))),
         shape=shape, boxes=not name.startswith("expand"), filter=mode, fill=[7, 80, 250] if fill else [], **kw)
for name, kw in {"translate": dict(angle=0.0, translate=[3, -2], scale=1.0, shear=[0.0, 0.0]), "scale": dict(angle=0.0, translate=[0, 0], scale=0.63, shear=[0.0, 0.0]),
                 "shear": dict(angle=0.0, translate=[0, 0], scale=1.0, shear=[17.0, -9.0]), "all_nearest": dict(angle=31.0, translate=[-1, 2], scale=1.37, shear=[11.0, 7.0]),
                 "all": dict(angle=-12.0, translate=[2, 1], scale=0.81, shear=[-8.0, 13.0])}.items():
    mode = "nearest" if "nearest" in name else "bilinear"
    case(f"Affine/{name}", lambda x: F.affine(x, interpolation=F.InterpolationMode(mode), **kw), boxes=True, filter=mode, **kw)
for name, to in {"near": [[1, 2], [15, 1], [14, 12], [2, 10]], "far": [[6, 5], [10, 2], [12, 9], [1, 11]], "nearest": [[3.3, 1.2], [13.1, 4.7], [15.6, 10.2], [2.4, 11.9]]}.items():
    mode = "nearest" if name == "nearest" else "bilinear"
    start = [[0, 0], [16, 0], [16, 12], [0, 12]]
    case(f"Perspective/{name}", lambda x: F.perspective(x, start, to, interpolation=F.InterpolationMode(mode)), boxes=True, filter=mode, to=to)
for mode in ("bilinear", "nearest"):
    d = rng.normal(0, 0.2, (1, 13, 17, 2)).astype(np.float32)
    x = smooth(3, 13, 17)
    y = F.elastic(torch.from_numpy(x), torch.from_numpy(d), interpolation=F.InterpolationMode(mode))
    tv.add(f"Elastic/{mode}", {"x": ints(x), "y": ints(y), "dx": d[0, ..., 0].astype(np.float64) * 17 / 2, "dy": d[0, ..., 1].astype(np.float64) * 13 / 2}, {"filter": mode})
for size, sigma in [(3, 0.4), (5, 1.3), (9, 2.0)]:
    case(f"GaussianBlur/{size}", lambda x: F.gaussian_blur(x, [size, size], [sigma, sigma]), size=size, sigma=sigma)
case("Erasing/inside", lambda x: F.erase(x, 3, 4, 6, 9, torch.tensor([7, 80, 250], dtype=torch.uint8)[:, None, None]), at=[3, 4, 6, 9])
x = smooth(3, 13, 17)
five = F.five_crop(torch.from_numpy(x), [6, 9])
ten = F.ten_crop(torch.from_numpy(x), [6, 9])
tv.add("FiveCrop/odd", {"x": ints(x), "y": ints(torch.stack(five))}, {})
tv.add("TenCrop/odd", {"x": ints(x), "y": ints(torch.stack(ten))}, {})
case("Resize/boxes", lambda x: F.resize(x, [9, 30]), boxes=True, size=[9, 30])

# The policies: each action at levels with both signs, and the tables.
x = smooth(3, 9, 11)
for name, t, bins, space in [("RandAugment", RandAugment(), 31, RandAugment._AUGMENTATION_SPACE), ("TrivialAugmentWide", TrivialAugmentWide(), 31, TrivialAugmentWide._AUGMENTATION_SPACE),
                             ("AutoAugment", AutoAugment(), 10, AutoAugment._AUGMENTATION_SPACE)]:
    for action, (magnitudes, signed) in space.items():
        m = magnitudes(bins, 9, 11)
        for level in ([3, bins - 2] if m is not None else [0]):
            for sign in ([1, -1] if signed and level == 3 else [1]):
                by = 0.0 if m is None else float(m[level]) * sign
                y = t._apply_image_or_video_transform(torch.from_numpy(x), action, by, F.InterpolationMode.NEAREST, {torch.Tensor: None})
                tv.add(f"{name}/{action}_{level}_{sign}", {"x": ints(x), "y": ints(y)} if name == "RandAugment" else {}, dict(action=action, level=level, levels=bins, sign=sign, by=by))
for policy in AutoAugmentPolicy:
    tv.add(f"Policy/{policy.value}", {}, {"steps": [[[a, p, l or 0] for a, p, l in pair] for pair in AutoAugment(policy)._policies]})

# Batches.
x = rng.normal(0, 1, (4, 2, 7, 6)).astype(np.float32)
lam = 0.3125
labels = torch.tensor([2, 0, 1, 2])
t = torch.from_numpy(x)
soft = MixUp(num_classes=3)._mixup_label(labels, lam=lam)
tv.add("MixUp/four", {"x": x, "labels": labels.numpy(), "y": (t.roll(1, 0) * (1 - lam) + t * lam).numpy(), "probabilities": soft.numpy()}, {"share": lam})
x1, y1, x2, y2 = 1, 2, 5, 6
cut = t.clone()
cut[..., y1:y2, x1:x2] = t.roll(1, 0)[..., y1:y2, x1:x2]
share = 1.0 - (x2 - x1) * (y2 - y1) / (7 * 6)
tv.add("CutMix/four", {"x": x, "labels": labels.numpy(), "y": cut.numpy(), "probabilities": MixUp(num_classes=3)._mixup_label(labels, lam=share).numpy()}, {"box": [x1, y1, x2, y2]})

# Pillow's resizing and gray.
filters = dict(nearest=Image.NEAREST, box=Image.BOX, bilinear=Image.BILINEAR, hamming=Image.HAMMING, bicubic=Image.BICUBIC, lanczos=Image.LANCZOS)
for name, f in filters.items():
    for h, w, th, tw in [(13, 17, 19, 22), (20, 14, 7, 5), (9, 20, 16, 6), (12, 16, 12, 9), (6, 5, 1, 1), (1, 1, 3, 4), (10, 7, 5, 7)]:
        pillow(f"Resize/{name}_{h}x{w}_to_{th}x{tw}", lambda m: m.resize((tw, th), f), shape=(1, h, w), filter=name, size=[th, tw])
pillow("Resize/color", lambda m: m.resize((8, 11), Image.BICUBIC), filter="bicubic", size=[11, 8])
x = rng.integers(0, 256, (3, 11, 12)).astype(np.uint8)
pil.add("Grayscale/noise", {"x": ints(x), "y": np.repeat(planes(image(x).convert("L")), 3, 0)}, {})

# JPEG files and the pixels that Pillow makes of them; orientation as Exif notes it.
for name, sub, kw, shape in [("444", 0, {}, (3, 21, 19)), ("422", 1, {}, (3, 21, 19)), ("420", 2, {}, (3, 37, 35)), ("420_even", 2, {}, (3, 32, 16)), ("progressive", 2, dict(progressive=True), (3, 37, 35)),
                             ("narrow", 2, {}, (3, 5, 3)), ("pixel", 2, {}, (3, 1, 1)), ("grey", -1, {}, (1, 19, 18))]:
    m = image(smooth(*shape)).resize((shape[2], shape[1]))
    b = io.BytesIO()
    m.save(b, "JPEG", quality=80, subsampling=sub, **kw)
    pil.add(f"JPEG/{name}", {"file": ints(np.frombuffer(b.getvalue(), np.uint8)), "y": planes(Image.open(io.BytesIO(b.getvalue())))}, {})
for o in range(1, 9):
    m = image(smooth(3, 5, 7))
    b = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = o
    m.save(b, "JPEG", quality=90, subsampling=0, exif=exif)
    pil.add(f"Orientation/{o}", {"file": ints(np.frombuffer(b.getvalue(), np.uint8)), "y": planes(ImageOps.exif_transpose(Image.open(io.BytesIO(b.getvalue()))))}, {})
for q in (20, 75, 95):
    x = np.stack([np.asarray(Image.fromarray(p).resize((31, 26), Image.BICUBIC)) for p in smooth(3, 9, 11)])
    b = io.BytesIO()
    image(x).save(b, "JPEG", quality=q, subsampling=2)
    pil.add(f"JPEG/quality_{q}", {"x": ints(x), "y": planes(Image.open(io.BytesIO(b.getvalue())))}, {"quality": q})

# Keras's local histograms.
os.environ["KERAS_BACKEND"] = "torch"
import keras

ker = golden.File("data/picture/testdata/keras.golden", "_golden/pictures.py", "x, y: bytes [c h w] as int64", by=f"Keras {keras.__version__}")
# Limits that are whole numbers of pixels: with some backends Keras cuts them to that.
for tiles, limit, shape in [(2, 4.0, (3, 16, 32)), (2, 4.0, (1, 15, 31)), (3, 2.0, (1, 24, 47)), (2, -1.0, (1, 13, 9)), (1, 2.0, (1, 16, 16))]:
    x = smooth(*shape)
    layer = keras.layers.ContrastLimitedAdaptiveHistogramEqualization(clip_limit=limit, tile_grid_size=(tiles, tiles))
    y = np.asarray(layer(np.moveaxis(x, 0, -1).astype(np.float32)[None]))[0]
    ker.add(f"CLAHE/{tiles}_{limit}_{shape[1]}", {"x": ints(x), "y": ints(np.rint(np.moveaxis(y, -1, 0)))}, {"tiles": tiles, "limit": limit})
tv.save()
pil.save()
ker.save()
