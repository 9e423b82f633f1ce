"""Golden values of the metrics of boxes and panoptic segments: from pycocotools, torchmetrics, and VOC's script.

A case of mean average precision has the arrays found_* and there_*, with the picture of each box, and value; those of COCO also
stats, the twelve numbers that pycocotools prints (-1 for none).
"""
from metricfile import *
import contextlib, importlib.metadata, io
import torchmetrics, torchvision
from torchmetrics.functional.detection import (intersection_over_union, generalized_intersection_over_union, distance_intersection_over_union,
    complete_intersection_over_union, panoptic_quality, modified_panoptic_quality)
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

c = file("coco", "metrics_boxes", f"pycocotools {importlib.metadata.version('pycocotools')}")
v = file("voc", "metrics_boxes", "the Pascal VOC devkit's VOCevaldet and VOCap in NumPy, as in Fast R-CNN's voc_eval.py")
t = file("boxes", "metrics_boxes", f"torchmetrics {torchmetrics.__version__}, torchvision {torchvision.__version__}")


def scene(pictures, classes, most, size, crowds=True, whole=False):
    """Objects and detections near them, or not."""
    there, found = [], []
    for p in range(pictures):
        for _ in range(rng.integers(0, most)):
            w, h = rng.uniform(4, size, 2)
            x, y = rng.uniform(0, size, 2)
            k = int(rng.integers(0, classes))
            b = np.array([x, y, x + w, y + h])
            there.append((p, k, np.round(b) if whole else b, crowds and rng.random() < 0.15, w * h * rng.uniform(0.5, 1)))
            for _ in range(rng.integers(0, 4)):
                e = b + rng.normal(0, 0.08, 4) * np.array([w, h, w, h])
                e = np.concatenate([np.minimum(e[:2], e[2:]), np.maximum(e[:2], e[2:])])
                found.append((p, k if rng.random() < 0.9 else int(rng.integers(0, classes)), np.round(e) if whole else e, rng.random()))
        for _ in range(rng.integers(0, 3)):
            x, y, w, h = rng.uniform(0, size, 4)
            found.append((p, int(rng.integers(0, classes + 1)), np.round([x, y, x + w, y + h]) if whole else np.array([x, y, x + w, y + h]), rng.random()))
    return found, there


def arrays(found, there):
    pick = lambda rows, i, dtype: np.array([r[i] for r in rows], dtype)
    return dict(found_pictures=pick(found, 0, np.int64), found_classes=pick(found, 1, np.int64), found_boxes=np.stack([r[2] for r in found]).astype(np.float32),
                found_scores=pick(found, 3, np.float32), there_pictures=pick(there, 0, np.int64), there_classes=pick(there, 1, np.int64),
                there_boxes=np.stack([r[2] for r in there]).astype(np.float32), there_ignore=pick(there, 3, np.int64), there_areas=pick(there, 4, np.float32))


def coco(name, found, there, ties=False, areas=True):
    a = arrays(found, there)
    if ties:
        a["found_scores"] = (np.round(a["found_scores"] * 4) / 4).astype(np.float32)
    if not areas:
        b = a["there_boxes"].astype(np.float64)
        a["there_areas"] = ((b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])).astype(np.float32)
    xywh = lambda b: [float(b[0]), float(b[1]), float(b[2]) - float(b[0]), float(b[3]) - float(b[1])]
    n = int(max(a["found_pictures"].max(), a["there_pictures"].max())) + 1
    k = int(max(a["found_classes"].max(), a["there_classes"].max())) + 1
    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = dict(images=[dict(id=i) for i in range(n)], categories=[dict(id=i) for i in range(k)], annotations=[
            dict(id=i + 1, image_id=int(p), category_id=int(kk), bbox=xywh(b), iscrowd=int(ig), area=float(ar)) for i, (p, kk, b, ig, ar) in
            enumerate(zip(a["there_pictures"], a["there_classes"], a["there_boxes"], a["there_ignore"], a["there_areas"]))])
        gt.createIndex()
        dt = gt.loadRes([dict(image_id=int(p), category_id=int(kk), bbox=xywh(b), score=float(s)) for p, kk, b, s in
            zip(a["found_pictures"], a["found_classes"], a["found_boxes"], a["found_scores"])])
        e = COCOeval(gt, dt, "bbox")
        e.evaluate()
        e.accumulate()
        e.summarize()
    c.add(f"MeanAveragePrecision/{name}", {**a, "value": value(e.stats[0]), "stats": e.stats.astype(np.float64)}, {"areas": areas})


coco("mixed sizes", *scene(9, 3, 6, 130))
coco("small", *scene(5, 2, 4, 40), areas=False)
coco("ties", *scene(6, 2, 5, 100), ties=True)
many = scene(1, 1, 60, 90, crowds=False)
coco("many in a picture", *many)


def masks(name, pictures=5, h=17, w=14):
    """The same with masks: ellipses, shifted and with holes."""
    from pycocotools import mask as rle
    yy, xx = np.mgrid[:h, :w]
    disc = lambda cy, cx, ry, rx: ((yy - cy) / ry)**2 + ((xx - cx) / rx)**2 <= 1
    there, found = [], []
    for p in range(pictures):
        for _ in range(rng.integers(1, 4)):
            cy, cx, ry, rx = rng.uniform(3, h - 3), rng.uniform(3, w - 3), rng.uniform(2, 6), rng.uniform(2, 6)
            k = int(rng.integers(0, 2))
            there.append((p, k, disc(cy, cx, ry, rx), rng.random() < 0.15, rng.choice([500., 3000., 20000.])))
            for _ in range(rng.integers(0, 3)):
                m = disc(cy + rng.normal(0, 0.7), cx + rng.normal(0, 0.7), ry * rng.uniform(0.8, 1.2), rx) & (rng.random((h, w)) > 0.05)
                found.append((p, k, m, rng.random()))
        found.append((p, int(rng.integers(0, 2)), disc(*rng.uniform(2, 12, 4)), rng.random()))
    code = lambda m: rle.encode(np.asfortranarray(m.astype(np.uint8)))
    with contextlib.redirect_stdout(io.StringIO()):
        gt = COCO()
        gt.dataset = dict(images=[dict(id=i, height=h, width=w) for i in range(pictures)], categories=[dict(id=i) for i in range(2)], annotations=[
            dict(id=i + 1, image_id=p, category_id=k, segmentation=code(m), bbox=[0, 0, 1, 1], iscrowd=int(ig), area=float(ar)) for i, (p, k, m, ig, ar) in enumerate(there)])
        gt.createIndex()
        dt = gt.loadRes([dict(image_id=p, category_id=k, segmentation=code(m), score=float(np.float32(s))) for p, k, m, s in found])
        e = COCOeval(gt, dt, "segm")
        e.evaluate()
        e.accumulate()
        e.summarize()
    pick = lambda rows, i, dtype: np.array([r[i] for r in rows], dtype)
    c.add(f"MeanAveragePrecision/{name}", dict(found_pictures=pick(found, 0, np.int64), found_classes=pick(found, 1, np.int64), found_masks=pick(found, 2, np.int64),
        found_scores=pick(found, 3, np.float32), there_pictures=pick(there, 0, np.int64), there_classes=pick(there, 1, np.int64), there_masks=pick(there, 2, np.int64),
        there_ignore=pick(there, 3, np.int64), there_areas=pick(there, 4, np.float32), value=value(e.stats[0]), stats=e.stats.astype(np.float64)))


masks("masks")


def voc(name, found, there):
    """voc_eval.py of Fast R-CNN, by class; boxes are whole pixels, and a box from 3 to 3 is one wide."""
    a = arrays(found, there)
    aps07, aps = [], []
    for k in sorted(set(a["there_classes"])):
        gts, npos = {}, 0
        for p in set(a["there_pictures"]):
            at = (a["there_pictures"] == p) & (a["there_classes"] == k)
            gts[p] = dict(bbox=a["there_boxes"][at].astype(float), difficult=a["there_ignore"][at].astype(bool), det=[False] * at.sum())
            npos += (~gts[p]["difficult"]).sum()
        if npos == 0:
            continue
        at = a["found_classes"] == k
        order = np.argsort(-a["found_scores"][at])
        ids, BB = a["found_pictures"][at][order], a["found_boxes"][at].astype(float)[order]
        tp, fp = np.zeros(len(ids)), np.zeros(len(ids))
        for d in range(len(ids)):
            R, bb, ovmax = gts.get(ids[d], dict(bbox=np.zeros((0, 4)))), BB[d], -np.inf
            BBGT = R["bbox"]
            if BBGT.size > 0:
                ixmin, iymin = np.maximum(BBGT[:, 0], bb[0]), np.maximum(BBGT[:, 1], bb[1])
                ixmax, iymax = np.minimum(BBGT[:, 2], bb[2]), np.minimum(BBGT[:, 3], bb[3])
                inters = np.maximum(ixmax - ixmin + 1., 0.) * np.maximum(iymax - iymin + 1., 0.)
                uni = (bb[2] - bb[0] + 1.) * (bb[3] - bb[1] + 1.) + (BBGT[:, 2] - BBGT[:, 0] + 1.) * (BBGT[:, 3] - BBGT[:, 1] + 1.) - inters
                overlaps = inters / uni
                ovmax, jmax = np.max(overlaps), np.argmax(overlaps)
            if ovmax > 0.5:
                if not R["difficult"][jmax]:
                    if not R["det"][jmax]:
                        tp[d], R["det"][jmax] = 1., 1
                    else:
                        fp[d] = 1.
            else:
                fp[d] = 1.
        fp, tp = np.cumsum(fp), np.cumsum(tp)
        rec, prec = tp / float(npos), tp / np.maximum(tp + fp, np.finfo(np.float64).eps)
        aps07.append(sum((np.max(prec[rec >= q]) if (rec >= q).any() else 0) / 11. for q in np.arange(0., 1.1, 0.1)))
        mrec, mpre = np.concatenate(([0.], rec, [1.])), np.concatenate(([0.], prec, [0.]))
        for i in range(mpre.size - 1, 0, -1):
            mpre[i - 1] = np.maximum(mpre[i - 1], mpre[i])
        i = np.where(mrec[1:] != mrec[:-1])[0]
        aps.append(np.sum((mrec[i + 1] - mrec[i]) * mpre[i + 1]))
    for boxes in ("found_boxes", "there_boxes"):
        a[boxes] = a[boxes] + np.array([0, 0, 1, 1], np.float32)
    v.add(f"MeanAveragePrecision/{name} voc07", {**a, "value": value(np.mean(aps07))}, {"rule": "voc07"})
    v.add(f"MeanAveragePrecision/{name} voc", {**a, "value": value(np.mean(aps))}, {"rule": "voc"})


voc("whole pixels", *scene(8, 3, 6, 120, whole=True))

x = uniform(7, 4, high=50)
x[:, 2:] += x[:, :2]
y = (x + normal(7, 4, scale=6)).astype(np.float32)
y[:, 2:] = np.maximum(y[:, 2:], y[:, :2])
y[6] += 200  # apart
for kind, fn in (("", intersection_over_union), ("generalized", generalized_intersection_over_union), ("distance", distance_intersection_over_union), ("complete", complete_intersection_over_union)):
    add(t, f"BoxIoU/{kind}", x, y, fn(t64(x), t64(y)), kind=kind)

# Blocks of pixels, so that segments overlap; class 4 is neither thing nor stuff.
seg = np.stack([np.kron(ints(5, 3, 3, 4), np.ones((1, 3, 3), np.int64)), np.kron(ints(3, 3, 3, 4), np.ones((1, 3, 3), np.int64))], -1)
guess = seg.copy()
flip = rng.random(seg.shape[:-1]) < 0.25
guess[flip] = np.stack([ints(5, int(flip.sum())), ints(3, int(flip.sum()))], -1)
for name, fn, mod in (("plain", panoptic_quality, False), ("modified", modified_panoptic_quality, True)):
    add(t, f"PanopticQuality/{name}", guess, seg, fn(torch.tensor(guess), torch.tensor(seg), things={0, 1}, stuffs={2, 3}, allow_unknown_preds_category=True), modified=mod)
for f in (c, v, t):
    f.save()
