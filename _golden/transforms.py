"""What torchvision's first weights of each network are prepared with, and their published multiply-adds: no arrays, attributes.

resize, crop, filter ("bilinear", "bicubic"), mean, std, giga (billions of multiply-adds, as published, to three decimals).
"""
import torchvision
from torchvision.models import get_model_weights, list_models
import golden

f = golden.File("model/all/testdata/transforms.golden", "_golden/transforms.py", "torchvision " + torchvision.__version__.split("+")[0])
for name in list_models(torchvision.models):
    if name.startswith(("maxvit", "mnas", "swin", "vit")):
        continue
    weights = next(iter(get_model_weights(name)))
    t = weights.transforms()
    mean, std = ((0.5,) * 3, (0.5,) * 3) if name in ("googlenet", "inception_v3") else (t.mean, t.std)  # these transform their input back
    f.add(name, {}, dict(resize=t.resize_size[0], crop=t.crop_size[0], filter=t.interpolation.value, mean=mean, std=std, giga=weights.meta["_ops"]))
f.save()
