"""Golden values of the metrics of ranked documents, waves, pictures, generated examples and segmentation, from torchmetrics and
pytorch-msssim.
"""
from metricfile import *
import importlib.metadata, torchmetrics, pytorch_msssim
import torchmetrics.functional.retrieval as tr
import torchmetrics.functional.audio as ta
import torchmetrics.functional.image as ti
import torchmetrics.functional.segmentation as ts
import torchmetrics.image.fid as tf
import torchmetrics.image.kid as tk
import torchmetrics.image.inception as tin

f = file("pictures", "metrics_pictures", f"torchmetrics {torchmetrics.__version__}")
g = file("msssim", "metrics_pictures", f"pytorch-msssim {importlib.metadata.version('pytorch-msssim')}")

# Documents: scores above 0, for torchmetrics takes those below as not retrieved; the third query has none that is relevant.
score, rel = uniform(4, 9, low=0.01), ints(2, 4, 9)
rel[2] = 0
rel[3] = [0, 1, 0, 0, 0, 0, 0, 0, 1]
graded = ints(4, 4, 9)
graded[2] = 0
coarse = (np.round(score * 3 + 0.6) / 4).astype(np.float32)
mean = lambda fn, a, b, **kw: np.mean([float(fn(t64(x), torch.tensor(y), **kw)) for x, y in zip(a, b)])
for name, fn in [("RecallAtK", tr.retrieval_recall), ("PrecisionAtK", tr.retrieval_precision), ("HitRate", tr.retrieval_hit_rate), ("FallOut", tr.retrieval_fall_out),
                 ("MeanReciprocalRank", tr.retrieval_reciprocal_rank), ("RetrievalMAP", tr.retrieval_average_precision), ("NDCG", tr.retrieval_normalized_dcg)]:
    for k in (0, 1, 3):
        add(f, f"{name}/{k}", score, rel, mean(fn, score, rel, top_k=k or None), k=k)
    add(f, f"{name}/skip", score, rel, mean(fn, score[[0, 1, 3]], rel[[0, 1, 3]], top_k=2), k=2, skip=True)
add(f, "RPrecision/binary", score, rel, mean(tr.retrieval_r_precision, score, rel))
add(f, "RetrievalAUROC/binary", score, rel, mean(tr.retrieval_auroc, score, rel))
for k in (0, 2, 5):
    add(f, f"NDCG/graded {k}", score, graded, mean(tr.retrieval_normalized_dcg, score, graded, top_k=k or None), k=k)
    add(f, f"NDCG/ties {k}", coarse, graded, mean(tr.retrieval_normalized_dcg, coarse, graded, top_k=k or None), k=k)
    add(f, f"NDCG/exponential {k}", score, graded, mean(tr.retrieval_normalized_dcg, score, 2**graded - 1, top_k=k or None), k=k, exponential=True)

# Waves.
x, y = normal(3, 2, 40), normal(3, 2, 40)
near = (y + x * np.float32(0.1) + np.float32(0.5)).astype(np.float32)
for case, a in (("far", x), ("near", near)):
    for zero in (False, True):
        kw = dict(zero_mean=zero)
        add(f, f"SNR/{case} {zero}", a, y, ta.signal_noise_ratio(t64(a), t64(y), **kw).mean(), zero=zero)
        add(f, f"ScaleInvariantSDR/{case} {zero}", a, y, ta.scale_invariant_signal_distortion_ratio(t64(a), t64(y), **kw).mean(), zero=zero)
        for si in (False, True):
            add(f, f"SourceAggregatedSDR/{case} {zero} {si}", a, y, ta.source_aggregated_signal_distortion_ratio(t64(a), t64(y), scale_invariant=si, **kw).mean(), zero=zero, keep=not si)
add(f, "SNR/perfect", y[:, 0], y[:, 0], ta.signal_noise_ratio(t64(y[:, 0]), t64(y[:, 0])).mean())
add(f, "SignalDistortionRatio/near", near, y, ta.signal_distortion_ratio(t64(near), t64(y), filter_length=8).mean(), taps=8)
add(f, "SignalDistortionRatio/far", x, y, ta.signal_distortion_ratio(t64(x), t64(y), filter_length=5, zero_mean=True).mean(), taps=5, zero=True)

src, mix = normal(3, 3, 12), normal(3, 3, 12)
mix = (src[:, [2, 0, 1]] + mix).astype(np.float32)
pit = lambda fn, how: ta.permutation_invariant_training(t64(mix), t64(src), fn, mode="speaker-wise", eval_func=how)[0].mean()
add(f, "PermutationInvariant/si_sdr", mix, src, pit(ta.scale_invariant_signal_distortion_ratio, "max"))
add(f, "PermutationInvariant/mse", mix, src, pit(lambda a, b: ((a - b)**2).mean(-1), "min"), lowest=True)

# Pictures.
a41 = uniform(1, 1, 43, 41, high=255)
b41 = np.clip(a41 + normal(1, 1, 43, 41, scale=20), 0, 255).astype(np.float32)
a41[..., :9, :9] = 3  # a flat corner
add(f, "VisualInformationFidelity/noise", a41, b41, ti.visual_information_fidelity(t64(a41), t64(b41)))
add(f, "VisualInformationFidelity/less contrast", b41 * np.float32(0.5), b41, ti.visual_information_fidelity(t64(b41 * np.float32(0.5)), t64(b41), sigma_n_sq=1.0), noise=1)
u = uniform(2, 2, 17, 14)
v = np.clip(u + normal(2, 2, 17, 14, scale=0.1), 0, 1).astype(np.float32)
both = lambda fn, a, b, **kw: fn(t64(a), t64(b), **kw)
add(f, "PSNR/all", u, v, both(ti.peak_signal_noise_ratio, u, v, data_range=1.0))
add(f, "PSNR/bytes", u * np.float32(255), v * np.float32(255), both(ti.peak_signal_noise_ratio, u * np.float32(255), v * np.float32(255), data_range=255.0), range=255)
add(f, "PSNR/each", u, v, both(ti.peak_signal_noise_ratio, u, v, data_range=1.0, dim=(1, 2, 3)), each=True)
_, full = both(ti.structural_similarity_index_measure, u, v, data_range=1.0, return_full_image=True)
add(f, "SSIM/within", u, v, full[..., 5:-5, 5:-5].mean())
add(f, "SSIM/reflect", u, v, both(ti.structural_similarity_index_measure, u, v, data_range=1.0), reflect=True)
add(g, "SSIM/bytes", u[:1] * np.float32(255), v[:1] * np.float32(255), pytorch_msssim.ssim(t64(u[:1] * np.float32(255)), t64(v[:1] * np.float32(255)), data_range=255), range=255)
add(g, "SSIM/small window", u[1:], v[1:], pytorch_msssim.ssim(t64(u[1:]), t64(v[1:]), data_range=1, win_size=5, win_sigma=0.8), window=5, sigma=0.8)
for case, shape, weights in (("three", (1, 2, 36, 36), [0.2, 0.3, 0.5]), ("five", (1, 1, 48, 48), None)):
    a = uniform(*shape)
    b = np.clip(a + normal(*shape, scale=0.1), 0, 1).astype(np.float32)
    add(g, f"MultiScaleSSIM/{case}", a, b, pytorch_msssim.ms_ssim(t64(a), t64(b), data_range=1, win_size=3, win_sigma=0.8, weights=weights), weights=weights or [])
add(f, "ImageQualityIndex/normal", u, v, both(ti.universal_image_quality_index, u, v))
add(f, "SpectralAngle/two channels", u, v, both(ti.spectral_angle_mapper, u, v))
add(f, "ERGAS/two channels", u, v, both(ti.error_relative_global_dimensionless_synthesis, u, v))
add(f, "TotalVariation/mean", u, None, ti.total_variation(t64(u), reduction="mean"))

# Generated examples, by their features: also fewer examples than features, where the covariances are singular.
def fid(a, b):
    a, b = t64(a), t64(b)
    return tf._compute_fid(a.mean(0), a.T.cov(), b.mean(0), b.T.cov())
def fid_sqrtm(a, b):  # of singular matrices torch's eigenvalues are NaN below 0
    a, b = a.astype(np.float64), b.astype(np.float64)
    s, t = np.cov(a.T), np.cov(b.T)
    vals, vecs = np.linalg.eigh(s)
    root = vecs * np.sqrt(np.maximum(vals, 0)) @ vecs.T
    return ((a.mean(0) - b.mean(0))**2).sum() + np.trace(s) + np.trace(t) - 2 * np.sqrt(np.maximum(np.linalg.eigvalsh(root @ t @ root), 0)).sum()
fake, real = normal(40, 6) @ normal(6, 6), normal(31, 6) + np.float32(1)
add(f, "FID/unequal", fake, real, fid(fake, real))
fake2, real2 = normal(20, 33) * np.float32(3), normal(20, 33) + np.float32(0.5)
n5, m5 = normal(25, 5), normal(25, 5)
add(f, "FID/equal", n5, m5, fid(n5, m5))
add(f, "FID/far", n5 + np.float32(1000), m5, fid(n5 + np.float32(1000), m5))
h = file("numpy", "metrics_pictures", f"NumPy {np.__version__}, eigenvalues of the symmetric product")
add(h, "FID/singular", fake2, real2, fid_sqrtm(fake2, real2))
add(f, "KID/all", n5, m5, tk.poly_mmd(t64(m5), t64(n5)))
add(f, "KID/subsets", n5, m5, np.mean([float(tk.poly_mmd(t64(m5[i:i + 8]), t64(n5[i:i + 8]))) for i in (0, 8, 16)]), subset=8)
logit = normal(17, 6, scale=3)
p = t64(logit).softmax(1)
lp = t64(logit).log_softmax(1)
kl = (p * (lp - p.mean(0, keepdim=True).log())).sum(1).mean().exp()  # torchmetrics.image.inception's compute, of one split
add(f, "InceptionScore/one split", logit, None, kl)

# Segmentation: four classes that are all there in each picture, and one picture without the third.
seg, logits = ints(4, 3, 5, 6), normal(3, 4, 5, 6)
logits[np.arange(3)[:, None, None], seg, np.arange(5)[None, :, None], np.arange(6)[None, None]] += 1
pred = logits.argmax(1)
hole = seg.copy()
hole[1][hole[1] == 2] = 0
holep = pred.copy()
holep[1][holep[1] == 2] = 1
for case, a, b in (("logits", logits, seg), ("classes", holep, hole)):
    ia, ib = torch.tensor(a.argmax(1) if a.ndim == 4 else a), torch.tensor(b)
    for skip in (False, True):
        add(f, f"MeanIoU/{case} each {skip}", a, b, ts.mean_iou(ia, ib, num_classes=4, include_background=not skip, input_format="index").mean(), each=True, skip=skip)
        for avg in ("macro", "micro", "weighted"):
            add(f, f"Dice/{case} {avg} each {skip}", a, b, ts.dice_score(ia, ib, num_classes=4, include_background=not skip, average=avg, input_format="index").mean(), each=True, skip=skip, average=avg)
            add(f, f"Dice/{case} {avg} {skip}", a, b, ts.dice_score(ia, ib, num_classes=4, include_background=not skip, average=avg, input_format="index", aggregation_level="global").mean(), skip=skip, average=avg)
for wt in ("square", "simple", "linear"):
    add(f, f"GeneralizedDice/{wt}", logits, seg, ts.generalized_dice_score(torch.tensor(pred), torch.tensor(seg), num_classes=4, weight_type=wt, input_format="index").mean(), weights=wt)
def moved(h, w):
    """Blocks of classes, and the same one row lower."""
    b = np.kron(ints(3, 3, h, w), np.ones((1, 3, 3), np.int64))
    a = b.copy()
    a[:, 1:] = b[:, :-1]
    a[:, 0, :3] = b[:, 0, :3] = [0, 1, 2]
    return a, b
a, b = moved(3, 3)  # torchmetrics 1.9's distances of pictures that are not square are wrong: it takes the height for the width
for skip in (False, True):
    add(f, f"HausdorffDistance/square {skip}", a, b, ts.hausdorff_distance(torch.tensor(a), torch.tensor(b), num_classes=3, include_background=not skip, input_format="index").mean(), skip=skip)
import scipy
from scipy.ndimage import binary_erosion, distance_transform_edt
q = file("scipypictures", "metrics_pictures", f"SciPy {scipy.__version__}")
a, b = moved(3, 4)
edge = lambda m: m ^ binary_erosion(m)
far = lambda x, y, share: np.quantile(distance_transform_edt(~y)[x], share)
for share in (1.0, 0.95):
    d = [max(far(edge(x == c), edge(y == c), share), far(edge(y == c), edge(x == c), share)) for x, y in zip(a, b) for c in range(3)]
    add(q, f"HausdorffDistance/{share}", a, b, np.mean(d), percentile=100 * share)
import keras
k = file("kerassegments", "metrics_pictures", f"Keras {keras.__version__}")
iou = keras.metrics.MeanIoU(num_classes=4)
iou.update_state(hole, holep)
add(k, "MeanIoU/all", holep, hole, iou.result())
for x_ in (f, g, h, k, q):
    x_.save()
