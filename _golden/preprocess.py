"""Golden numbers of model.Preprocess: torchvision's transforms of published weights, and Keras's preprocess_input.

The photograph is height x width x 3 bytes, floor(256 u) of key 7 (see philox.py). Arrays: y [1 3 crop crop] float32.
Attributes: height, width, and resize, crop, filter ("" bilinear), kind (imagenet, half, caffe).
"""
import os
os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms._presets import ImageClassification
from torchvision.transforms import functional as F
import golden
import philox

f = golden.File("model/testdata/preprocess.golden", "_golden/preprocess.py",
                "torchvision %s, Keras %s" % (torchvision.__version__.split("+")[0], keras.__version__))
for name, h, w, resize, crop, mode, kind in [("tall", 41, 30, 20, 16, "", "imagenet"), ("wide", 24, 57, 18, 17, "bicubic", "imagenet"),
                                             ("enlarged", 13, 11, 20, 20, "bicubic", "half"), ("caffe", 33, 47, 21, 16, "", "caffe")]:
    photo = Image.fromarray(np.floor(256 * philox.uniform(7, h * w * 3)).astype(np.uint8).reshape(h, w, 3))
    how = InterpolationMode.BICUBIC if mode else InterpolationMode.BILINEAR
    if kind == "caffe":
        cut = np.asarray(F.center_crop(F.resize(photo, [resize], how), [crop]), dtype=np.float32)
        y = keras.applications.vgg16.preprocess_input(cut[None].copy()).transpose(0, 3, 1, 2)
    else:
        more = dict(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)) if kind == "half" else {}
        y = ImageClassification(crop_size=crop, resize_size=resize, interpolation=how, **more)(photo)[None].numpy()
    f.add(name, dict(y=np.ascontiguousarray(y, dtype=np.float32)), dict(height=h, width=w, resize=resize, crop=crop, filter=mode, kind=kind))
f.save()
