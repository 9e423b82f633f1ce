"""Golden answers of FCOS, by torchvision's modules: a ResNet of one block a stage, a feature pyramid with two extra levels, the head.
And of torchvision's whole detector with weights that find something: boxes, classes and scores.

  python _golden/detectors.py
"""
import copy
import math
from collections import OrderedDict
import numpy as np
import torch
torch.version.cuda = None
import torch.nn as nn
import torchvision
from torchvision.models.resnet import BasicBlock, ResNet
from torchvision.models.detection.fcos import FCOS, FCOSHead
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7
import formula
import golden


class Pyramid(nn.Module):
    def __init__(self, width, skip):
        super().__init__()
        kept = {f"layer{i}": str(i) for i in range(1 + skip, 5)}
        self.body = IntermediateLayerGetter(ResNet(BasicBlock, [1, 1, 1, 1]), kept)
        self.fpn = FeaturePyramidNetwork([64, 128, 256, 512][skip:], width, LastLevelP6P7(width, width))
        self.out_channels = width

    def forward(self, x):
        return self.fpn(self.body(x))


class Net(nn.Module):
    def __init__(self, width, skip, classes, convs):
        super().__init__()
        self.backbone, self.head = Pyramid(width, skip), FCOSHead(width, 1, classes, convs)

    def forward(self, x):
        out = self.head(list(self.backbone(x).values()))
        return out["cls_logits"], out["bbox_regression"], out["bbox_ctrness"]


f = golden.File("model/fcos/testdata/fcos.golden", "_golden/detectors.py", by=f"torchvision {torchvision.__version__}")
NAMES = ["logits", "boxes", "centrality"]
for name, skip, shape in [("three", 1, (1, 3, 64, 96)), ("four", 0, (1, 3, 48, 64))]:
    m = Net(64, skip, 3, 1).eval()
    names = formula.fill(m)
    x = torch.from_numpy(formula.signed(1000, *shape))
    with torch.no_grad():
        ys, ys64 = m(x), copy.deepcopy(m).double()(x.double())
    off = max(((y - z).abs().max() / z.abs().max()).item() for y, z in zip(ys, ys64))
    step = 7
    f.add(name, {n: y[:, ::step] for n, y in zip(NAMES, ys)}, dict(
        config=dict(backbone="resnet", body=dict(layers=18, depths=[1, 1, 1, 1]), width=64, convs=1, skip=skip or -1), names=names, shape=shape, classes=3, err32=off, step=step))
    print(name, "float32 off by %.1g" % off)
    if name == "three":
        whole = \
            FCOS(m.backbone, num_classes=3, head=m.head, anchor_generator=AnchorGenerator(((8,), (16,), (32,), (64,), (128,)), ((1.0,),) * 5),
                 min_size=64, max_size=96, image_mean=[0, 0, 0], image_std=[1, 1, 1], score_thresh=0.45, nms_thresh=0.5, detections_per_img=20).eval()
        with torch.no_grad():
            out = whole([x[0]])[0]
        boxes = out["boxes"] / torch.tensor([96, 64, 96, 64])
        f.add("detections", dict(boxes=boxes, scores=out["scores"], labels=out["labels"]), dict(score=0.45, overlap=0.5, most=20, err32=off))
        print("detections", len(boxes), out["scores"][:4])
f.save()
