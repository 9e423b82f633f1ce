"""Golden values of the metrics of numbers and classes, from torchmetrics, scikit-learn, SciPy and Keras.

A case has the arrays prediction, target and value; its attributes are the hyperparameters.
"""
from metricfile import *
import torchmetrics, sklearn, scipy, scipy.stats, scipy.special
import torchmetrics.functional as tm
import torchmetrics.functional.classification as tc
import torchmetrics.functional.regression as tr
import sklearn.metrics as sk
import keras

f = file("torchmetrics", "metrics", f"torchmetrics {torchmetrics.__version__}")
s = file("sklearn", "metrics", f"scikit-learn {sklearn.__version__}")
p = file("scipy", "metrics", f"SciPy {scipy.__version__}")
k = file("keras", "metrics", f"Keras {keras.__version__}")

# Numbers.
x, y = normal(3, 5), normal(3, 5)
px, py = uniform(3, 5, low=0.1, high=4), uniform(3, 5, low=0.1, high=4)
far = (x * 1000, y)  # beyond what cosh takes in float32
both = lambda fn, a, b, **kw: fn(t64(a), t64(b), **kw)
for name, fn, cases in [
    ("MeanSquaredError", tr.mean_squared_error, {"normal": (x, y)}),
    ("MeanAbsoluteError", tr.mean_absolute_error, {"normal": (x, y)}),
    ("RootMeanSquaredError", lambda a, b: tr.mean_squared_error(a, b, squared=False), {"normal": (x, y)}),
    ("MeanSquaredLogError", tr.mean_squared_log_error, {"positive": (px, py)}),
    ("LogCosh", lambda a, b: tr.log_cosh_error(a.ravel(), b.ravel()), {"normal": (x, y), "far": (far[0] / 10, far[1])}),
    ("MeanAbsolutePercentageError", tr.mean_absolute_percentage_error, {"normal": (x, y)}),
    ("SymmetricMeanAbsolutePercentageError", tr.symmetric_mean_absolute_percentage_error, {"normal": (x, y)}),
    ("WeightedMeanAbsolutePercentageError", tr.weighted_mean_absolute_percentage_error, {"normal": (x, y)}),
]:
    for case, (a, b) in cases.items():
        add(f, f"{name}/{case}", a, b, both(fn, a, b))
for q in (1.0, 2.0, 3.5):
    add(f, f"Minkowski/{q}", x, y, both(tr.minkowski_distance, x, y, p=q), p=q)
for q in (-1.5, 0.0, 1.0, 1.5, 2.0, 3.0):
    add(f, f"TweedieDeviance/{q}", px, py, both(tr.tweedie_deviance_score, px, py, power=q), power=q)
    add(s, f"TweedieDeviance/sklearn{q}", px, py, sk.mean_tweedie_deviance(py.ravel().astype(np.float64), px.ravel().astype(np.float64), power=q), power=q)
add(s, "TweedieDeviance/zeros", px[0], np.array([0, 1, 0, 2, 5], np.float32), sk.mean_poisson_deviance([0, 1, 0, 2, 5], px[0].astype(np.float64)), power=1.0)
for q in (0.1, 0.5, 0.9):
    add(s, f"QuantileError/{q}", x, y, sk.mean_pinball_loss(y.ravel().astype(np.float64), x.ravel().astype(np.float64), alpha=q), quantile=q)
add(s, "MaxError/normal", x, y, sk.max_error(y.ravel().astype(np.float64), x.ravel().astype(np.float64)))
add(s, "MedianAbsoluteError/odd", x, y, sk.median_absolute_error(y.ravel().astype(np.float64), x.ravel().astype(np.float64)))
add(s, "MedianAbsoluteError/even", x[0, :4], y[0, :4], sk.median_absolute_error(y[0, :4].astype(np.float64), x[0, :4].astype(np.float64)))
add(k, "Poisson/positive", px, py, keras.ops.convert_to_numpy(keras.losses.poisson(keras.ops.convert_to_tensor(py.astype(np.float64), dtype="float64"), keras.ops.convert_to_tensor(px.astype(np.float64), dtype="float64"))).mean())
n, m = normal(11), normal(11)
wide, wide2 = normal(7, 3) + 100, normal(7, 3) + 101
for case, (a, b) in {"one": (n, n * np.float32(0.3) + m), "columns": (wide, wide2), "far": (n + np.float32(1000), n + m + np.float32(1000))}.items():
    u, v = b.astype(np.float64), a.astype(np.float64)
    add(s, f"R2/{case}", a, b, sk.r2_score(u, v))
    add(s, f"ExplainedVariance/{case}", a, b, sk.explained_variance_score(u, v))
    if case != "far":
        add(f, f"RelativeSquaredError/{case}", a, b, both(tr.relative_squared_error, a, b))
        add(f, f"RelativeSquaredError/{case} root", a, b, both(tr.relative_squared_error, a, b, squared=False), root=True)
    pear = [scipy.stats.pearsonr(c, d)[0] for c, d in zip(np.atleast_2d(u.T), np.atleast_2d(v.T))]
    add(p, f"Pearson/{case}", a, b, np.mean(pear))
    add(f, f"Concordance/{case}", a, b, both(tr.concordance_corrcoef, a, b).mean(), unbiased=True)
    for by in ("mean", "range", "std", "l2"):
        add(f, f"NormalizedRootMeanSquaredError/{case} {by}", a, b, both(tr.normalized_root_mean_squared_error, a, b, normalization=by, num_outputs=b.shape[1] if b.ndim > 1 else 1).mean(), by=by)
same_ = np.full(4, 2, np.float32)
add(s, "R2/all equal", n[:4], same_, sk.r2_score(same_, n[:4]))
add(s, "R2/all right", same_, same_, sk.r2_score(same_, same_))
add(f, "R2/adjusted", n, m, both(tr.r2_score, n, m, adjusted=3), adjusted=3)
kt = lambda a: keras.ops.convert_to_tensor(a.astype(np.float64), dtype="float64")
add(k, "Concordance/keras", n, m, keras.ops.convert_to_numpy(keras.metrics.concordance_correlation(kt(m[None]), kt(n[None])))[0])
add(f, "CosineSimilarity/rows", x, y, both(tr.cosine_similarity, x, y, reduction="mean"))
ties = ints(4, 13).astype(np.float32), ints(3, 13).astype(np.float32)
for case, (a, b) in {"normal": (n, m), "ties": ties}.items():
    add(p, f"Spearman/{case}", a, b, scipy.stats.spearmanr(a, b)[0])
    for v in "bc":
        add(p, f"Kendall/{case} {v}", a, b, scipy.stats.kendalltau(a, b, variant=v)[0], variant=v)
add(f, "Kendall/a", n, m, both(tr.kendall_rank_corrcoef, n, m, variant="a"), variant="a")
dist = scipy.special.softmax(x, -1).astype(np.float32), scipy.special.softmax(y, -1).astype(np.float32)
zero = dist[1].copy()
zero[0, 1] = 0
add(f, "KLDivergence/rows", dist[0], dist[1], both(tr.kl_divergence, dist[1], dist[0]))
add(f, "KLDivergence/not normalized", px, py, both(tr.kl_divergence, py, px))
add(f, "KLDivergence/zero", dist[0], zero, both(tr.kl_divergence, zero, dist[0]))
add(f, "JSDivergence/rows", dist[0], dist[1], both(tr.jensen_shannon_divergence, dist[1], dist[0]))
add(f, "JSDivergence/zero", dist[0], zero, both(tr.jensen_shannon_divergence, zero, dist[0]))
ens = normal(6, 5)
add(f, "CRPS/ensemble", ens, n[:6], tr.continuous_ranked_probability_score(t64(ens), t64(n[:6])))

# Classes: 23 examples of 5 classes, of which the last is never a target and the fourth never predicted.
c = 5
logits = normal(23, c, scale=2)
target = ints(4, 23)
logits[np.arange(23), target] += 1.5
logits[:, 3] -= 20
wrong = logits.argmax(-1)
image, mask = normal(2, c, 3, 4), ints(c, 2, 3, 4)
probs = scipy.special.softmax(logits.astype(np.float64), -1)
probs = (probs / probs.sum(-1, keepdims=True)).astype(np.float32)
one, truth = normal(19), ints(2, 19)  # yes or no
one = (one + truth - np.float32(0.5)).astype(np.float32)
tied = np.round(one * 2).astype(np.float32) / 2
chance = scipy.special.expit(one).astype(np.float32)
labels, is_ = normal(9, 4), ints(2, 9, 4)
is_[:, 2] = 0  # a label that never is
labels[:, 2] = -1
holes = target.copy()
holes[::5] = -100
def mc(fn, avg, **kw):
    return fn(torch.tensor(logits), torch.tensor(target), num_classes=c, average=avg, **kw)
for name, base in [("Precision", "precision"), ("Recall", "recall"), ("Specificity", "specificity"),
                   ("NegativePredictiveValue", "negative_predictive_value"), ("Jaccard", "jaccard_index"), ("FBeta", "f1_score")]:
    mcf, bf, mlf = (getattr(tc, f"{kind}_{base}") for kind in ("multiclass", "binary", "multilabel"))
    for avg in ("macro", "micro", "weighted"):
        add(f, f"{name}/classes {avg}", logits, target, mc(mcf, avg), average=avg)
        add(f, f"{name}/labels {avg}", labels, is_, mlf(torch.tensor(labels).sigmoid(), torch.tensor(is_), num_labels=4, average=avg), average=avg, labels=True)
    add(f, f"{name}/axis", image, mask, mcf(torch.tensor(image), torch.tensor(mask), num_classes=c, average="macro"), axis=1)
    add(f, f"{name}/ignore", logits, holes, mcf(torch.tensor(logits), torch.tensor(holes), num_classes=c, average="macro", ignore_index=-100), ignore=-100)
    add(f, f"{name}/yes or no", one, truth, bf(torch.tensor(one).sigmoid(), torch.tensor(truth)))
    add(f, f"{name}/threshold", chance, truth, bf(torch.tensor(chance), torch.tensor(truth), threshold=0.7), threshold=0.7)
for beta in (0.5, 2.0):
    add(s, f"FBeta/{beta}", wrong, target, sk.fbeta_score(target, wrong, beta=beta, average="macro"), beta=beta)
for name, fn in [("Precision", sk.precision_score), ("Recall", sk.recall_score), ("Jaccard", sk.jaccard_score), ("FBeta", sk.f1_score)]:
    add(s, f"{name}/decided", wrong, target, fn(target, wrong, average="macro"))
    add(s, f"{name}/two of them", chance, truth, fn(truth, chance > 0.5, average="macro"), average="macro", threshold=0.5)
pred = dict(classes=(logits, target, wrong), yes=(one, truth, one > 0))
for case, (a, b, d) in pred.items():
    add(s, f"Accuracy/{case}", a, b, sk.accuracy_score(b, d))
    add(s, f"Confusion/{case}", a, b, sk.accuracy_score(b, d))
    add(s, f"BalancedAccuracy/{case}", a, b, sk.balanced_accuracy_score(b, d))
    add(s, f"BalancedAccuracy/{case} adjusted", a, b, sk.balanced_accuracy_score(b, d, adjusted=True), adjusted=True)
    add(s, f"Hamming/{case}", a, b, sk.hamming_loss(b, d))
    add(s, f"Matthews/{case}", a, b, sk.matthews_corrcoef(b, d))
    for w in ("", "linear", "quadratic"):
        add(s, f"CohenKappa/{case} {w}", a, b, sk.cohen_kappa_score(b, d, weights=w or None), weights=w)
add(f, "Matthews/torchmetrics", logits, target, tc.multiclass_matthews_corrcoef(torch.tensor(logits), torch.tensor(target), num_classes=c))
for k_ in (1, 2, 3, 5):
    add(s, f"TopK/{k_}", logits, target, sk.top_k_accuracy_score(target, logits, k=k_, labels=range(c)) if k_ < 5 else 1.0, k=k_)
add(s, "Hamming/labels", labels, is_, sk.hamming_loss(is_, labels > 0))
add(s, "ExactMatch/labels", labels, is_, sk.accuracy_score(is_, labels > 0))
seq, want = ints(2, 7, 3), ints(2, 7, 3)
add(f, "ExactMatch/sequences", seq, want, tc.multiclass_exact_match(torch.tensor(seq), torch.tensor(want), num_classes=2, multidim_average="global"))
stat = lambda kind: tc.multiclass_stat_scores(torch.tensor(logits), torch.tensor(target), num_classes=c, average="micro")[kind]
bstat = tc.binary_stat_scores(torch.tensor(one).sigmoid(), torch.tensor(truth))
lstat = tc.multilabel_stat_scores(torch.tensor(labels).sigmoid(), torch.tensor(is_), num_labels=4, average="micro")
for i, of in enumerate(("true positives", "false positives", "true negatives", "false negatives")):
    add(f, f"Outcomes/classes {of}", logits, target, stat(i), of=of)
    add(f, f"Outcomes/yes or no {of}", one, truth, bstat[i], of=of)
    add(f, f"Outcomes/labels {of}", labels, is_, lstat[i], of=of, labels=True)

# Likelihoods.
l64, one64 = logits.astype(np.float64), one.astype(np.float64)
soft, sig = scipy.special.softmax(l64, -1), scipy.special.expit(one64)
add(s, "CrossEntropy/logits", logits, target, sk.log_loss(target, soft, labels=range(c)))
add(s, "CrossEntropy/yes or no", one, truth, sk.log_loss(truth, sig))
norm = probs.astype(np.float64)
add(p, "CrossEntropy/probabilities", probs, target, -np.log(norm[np.arange(23), target]).mean(), probabilities=True)
add(p, "CrossEntropy/extreme", logits * np.float32(1e3), target, -scipy.special.log_softmax(l64.astype(np.float32) * np.float32(1e3).astype(np.float64), -1)[np.arange(23), target].mean())
add(s, "CrossEntropy/probability of yes", chance, truth, sk.log_loss(truth, chance.astype(np.float64)), probabilities=True)
seqlog, seqt = normal(3, 4, 6), ints(6, 3, 4)
seqt[0, 2:] = -100
add(f, "Perplexity/ignore", seqlog, seqt, tm.perplexity(t64(seqlog), torch.tensor(seqt), ignore_index=-100), ignore=-100)
add(s, "Brier/yes or no", one, truth, sk.brier_score_loss(truth, sig))
add(s, "Brier/probability", chance, truth, sk.brier_score_loss(truth, chance.astype(np.float64)), probabilities=True)
add(s, "Brier/classes", logits, target, sk.brier_score_loss(target, soft, labels=range(c), scale_by_half=False))
for case, norm_ in (("l1", "l1"), ("l2", "l2"), ("max", "max")):
    add(f, f"CalibrationError/{case}", logits, target, tc.multiclass_calibration_error(torch.tensor(soft), torch.tensor(target), num_classes=c, n_bins=15, norm=norm_), norm=norm_)
    add(f, f"CalibrationError/yes or no {case}", one, truth, tc.binary_calibration_error(torch.tensor(sig), torch.tensor(truth), n_bins=4, norm=norm_), norm=norm_, bins=4)
add(s, "Hinge/classes", logits, target, sk.hinge_loss(target, l64, labels=range(c)))
add(s, "Hinge/yes or no", one, truth, sk.hinge_loss(truth, one64))
sign = np.where(truth == 1, 1, -1)
add(k, "Hinge/squared", one, truth, keras.ops.convert_to_numpy(keras.losses.squared_hinge(kt(sign), kt(one))), squared=True)

# Rankings.
for case, (a, b) in {"scores": (one, truth), "ties": (tied, truth)}.items():
    add(s, f"AUROC/{case}", a, b, sk.roc_auc_score(b, a))
    add(s, f"AveragePrecision/{case}", a, b, sk.average_precision_score(b, a))
    for most in (0.3, 0.55):
        add(s, f"AUROC/{case} to {most}", a, b, sk.roc_auc_score(b, a, max_fpr=most), max_fpr=most)
    at, tt = torch.tensor(a).sigmoid().double(), torch.tensor(b)
    for lo in (0.3, 0.75, 0.9):
        for name, fn, key in [("PrecisionAtRecall", tc.binary_precision_at_fixed_recall, "min_recall"), ("RecallAtPrecision", tc.binary_recall_at_fixed_precision, "min_precision"),
                         ("SensitivityAtSpecificity", tc.binary_sensitivity_at_specificity, "min_specificity"), ("SpecificityAtSensitivity", tc.binary_specificity_at_sensitivity, "min_sensitivity")]:
            add(f, f"{name}/{case} {lo}", a, b, fn(at, tt, **{key: lo})[0], least=lo)
    add(f, f"EqualErrorRate/{case}", a, b, tc.binary_eer(at, tt))
    add(f, f"LogAUC/{case}", a, b, tc.binary_logauc(at, tt, fpr_range=(0.05, 0.6)), low=0.05, high=0.6)
four = target.copy()
four[:5] = range(5)  # every class is a target
for avg in ("macro", "weighted"):
    add(s, f"AUROC/classes {avg}", logits, four, sk.roc_auc_score(four, soft, multi_class="ovr", average=avg), average=avg)
    add(s, f"AveragePrecision/classes {avg}", logits, four, sk.average_precision_score(four, soft, average=avg), average=avg)
lab3, is3 = labels[:, [0, 1, 3]].copy(), is_[:, [0, 1, 3]].copy()
for avg in ("macro", "weighted", "micro"):
    add(s, f"AUROC/labels {avg}", lab3, is3, sk.roc_auc_score(is3, lab3, average=avg), average=avg, labels=True)
    add(s, f"AveragePrecision/labels {avg}", lab3, is3, sk.average_precision_score(is3, lab3, average=avg), average=avg, labels=True)

# Labels in an order, and clusters, which are numbered as they like.
tied_labels = (np.round(labels * 2) / 2).astype(np.float32)
mixed = is_.copy()
mixed[0], mixed[1] = 1, 0
for case, a in (("scores", labels), ("ties", tied_labels)):
    add(s, f"LabelCoverage/{case}", a, mixed, sk.coverage_error(mixed, a))
    add(s, f"LabelRankingAveragePrecision/{case}", a, mixed, sk.label_ranking_average_precision_score(mixed, a))
    add(s, f"LabelRankingError/{case}", a, mixed, sk.label_ranking_loss(mixed, a))
kinds, groups = ints(4, 40), ints(3, 40)
groups[:25] = (kinds[:25] + 1) % 4
one_ = np.zeros(6, np.int64)
for case, a, b in (("mixed", groups, kinds), ("same", (kinds + 1) % 4, kinds), ("apart", np.arange(6), np.arange(6)[::-1].copy()), ("one", one_, one_), ("one against all", one_, np.arange(6))):
    add(s, f"AdjustedRand/{case}", a, b, sk.adjusted_rand_score(b, a))
    add(s, f"MutualInformation/{case}", a, b, sk.normalized_mutual_info_score(b, a))
    add(s, f"MutualInformation/{case} nats", a, b, sk.mutual_info_score(b, a), normalize="none")
    add(s, f"MutualInformation/{case} adjusted", a, b, sk.adjusted_mutual_info_score(b, a), normalize="adjusted")
    add(s, f"VMeasure/{case}", a, b, sk.v_measure_score(b, a))
    add(s, f"VMeasure/{case} beta", a, b, sk.v_measure_score(b, a, beta=0.5), beta=0.5)
    add(s, f"FowlkesMallows/{case}", a, b, sk.fowlkes_mallows_score(b, a))

import torchmetrics.functional.nominal as tn
for case, a, b in (("mixed", groups, kinds), ("chance", ints(3, 30), ints(5, 30)), ("same", (kinds + 1) % 4, kinds)):
    for corrected in (True, False):
        add(f, f"CramersV/{case} {corrected}", a, b, tn.cramers_v(torch.tensor(a), torch.tensor(b), bias_correction=corrected), biased=not corrected)
ratings = rng.multinomial(6, [0.5, 0.2, 0.2, 0.1], 9).astype(np.int64)
import statsmodels
from statsmodels.stats.inter_rater import fleiss_kappa  # torchmetrics adds 1e-5 to the denominator
m_ = file("statsmodels", "metrics", f"statsmodels {statsmodels.__version__}")
add(m_, "FleissKappa/six raters", ratings, None, fleiss_kappa(ratings))
points, member = normal(17, 3), ints(3, 17)
points += member[:, None].astype(np.float32)
member[3] = 7  # alone
for name, fn in (("Silhouette", sk.silhouette_score), ("CalinskiHarabasz", sk.calinski_harabasz_score), ("DaviesBouldin", sk.davies_bouldin_score)):
    add(s, f"{name}/points", points, member, fn(points.astype(np.float64), member))

# Curves: value is the three arrays one after another.
fpr, tpr, th = sk.roc_curve(truth, tied, drop_intermediate=False)
s.add("ROCCurve/ties", {"prediction": tied, "target": truth, "fpr": fpr, "tpr": tpr, "thresholds": th.astype(np.float64)})
pr, re, th = sk.precision_recall_curve(truth, tied)
s.add("PrecisionRecallCurve/ties", {"prediction": tied, "target": truth, "precision": pr, "recall": re, "thresholds": th.astype(np.float64)})
for x_ in (f, s, p, k, m_):
    x_.save()
