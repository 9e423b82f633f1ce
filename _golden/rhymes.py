"""The share of quatrains whose second and fourth lines end on the same final of today's Mandarin, the glide before it left out.

    jimu predict --run runs/poetry --seed 1 --count 300 | python3 _golden/rhymes.py
    python3 _golden/rhymes.py data/sample/files/tangpoems.txt.gz     # the real ones, and halves of two put together

Made with pypinyin 0.55. A character with several readings rhymes by any of them.
"""

import gzip
import random
import re
import sys

from pypinyin import Style, pinyin

PLAIN = {
    "ia": "a", "ua": "a", "ie": "e2", "ve": "e2", "uo": "o", "iao": "ao", "iou": "ou", "iu": "ou", "ian": "an", "uan": "an",
    "van": "an", "in": "en", "uen": "en", "un": "en", "vn": "en", "iang": "ang", "uang": "ang", "ing": "eng", "ueng": "eng",
    "ong": "eng", "iong": "eng", "uai": "ai", "uei": "ei", "ui": "ei",
}


def finals(c):
    some = pinyin(c, style=Style.FINALS, heteronym=True, strict=False)[0]
    return {PLAIN.get(f.replace("ü", "v"), f) for f in some}


def judge(poems):
    rhyme = form = 0
    for poem in poems:
        m = re.fullmatch("(.{5}|.{7})，(.{5}|.{7})。(.{5}|.{7})，(.{5}|.{7})。", poem)
        if not m or len({len(line) for line in m.groups()}) > 1:
            continue
        form += 1
        a, b = m[2][-1], m[4][-1]
        rhyme += a != b and bool(finals(a) & finals(b))
    print(f"{rhyme} of {form} rhyme: {100 * rhyme / form:.1f} %")


def real(path):
    for poem in gzip.open(path, "rt").read().strip().split("\n"):
        w = poem.split()
        for i in range(0, len(w) - 3, 4):
            yield f"{w[i]}，{w[i + 1]}。{w[i + 2]}，{w[i + 3]}。"


if len(sys.argv) > 1:
    poems = list(real(sys.argv[1]))
    judge(poems)
    random.seed(1)
    pairs = [(p, random.choice(poems)) for p in poems]
    judge([p[: len(p) // 2] + q[len(q) // 2 :] for p, q in pairs if len(p) == len(q)])
else:
    judge([line.strip() for line in sys.stdin])
