"""Golden values of package rng: keys and numbers, computed by NumPy from the definitions and not from Jimu.

uint64 numbers are stored as int64 with the same bits. A path is a list of steps from a seed: a string is a Child, a
number an At. A key step is the low 64 bits, low word first, of the Philox block with key = the key so far and counter =
(value low, value high, domain, detail): At has domain 1; Child has domain 2 for each 8 bytes of the name while more than
8 are left, then domain 3 with detail = the number of bytes left.
"""
import numpy as np
import golden
import philox

out = golden.File("rng/testdata/rng.golden", "_golden/rng.py", "uint64 as int64 with the same bits")
signed = lambda v: np.array(v, np.uint64).astype(np.int64)


def derive(k, value, domain, detail):
    w = philox.block((value & 0xFFFFFFFF, value >> 32, domain, detail), (k & 0xFFFFFFFF, k >> 32))
    return int(w[1]) << 32 | int(w[0])


def walk(seed, path):
    k = seed
    for step in path:
        if isinstance(step, int):
            k = derive(k, step, 1, 0)
            continue
        name = step.encode()
        while len(name) > 8:
            k, name = derive(k, int.from_bytes(name[:8], "little"), 2, 0), name[8:]
        k = derive(k, int.from_bytes(name, "little"), 3, len(name))
    return k


def uint64(k, n):
    w = philox.words(k, 2 * n).astype(np.uint64)
    return w[1::2] << np.uint64(32) | w[0::2]


def perm(k, n):
    u, p = uint64(k, n), list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(u[i]) * (i + 1) >> 64
        p[i], p[j] = p[j], p[i]
    return np.array(p, np.int64)


for i, (counter, key, want) in enumerate(philox.KNOWN):
    out.add(f"known/{i}", {"counter": np.array(counter, np.int64), "key": np.array(key, np.int64), "words": np.array(want, np.int64)})
for name, seed, path in [("zero", 0, []), ("one", 1, []), ("largest", 2**64 - 1, []), ("at", 1, [0]), ("far", 1, [2**40 + 3]),
                         ("child", 1, ["weight"]), ("empty", 1, [""]), ("eight", 1, ["12345678"]), ("nine", 1, ["123456789"]),
                         ("long", 7, ["blocks.3.attn.query.weight"]), ("deep", 7, ["dropout", 1234, "blocks.3", "积木"])]:
    k = walk(seed, path)
    out.add(f"path/{name}", {
        "key": signed(k), "uint64": signed(uint64(k, 5)), "float64": (uint64(k, 5) >> np.uint64(11)) * 2.0**-53,
        "uniform": philox.uniform(k, 9).astype(np.float32), "intn10": np.array([int(v) * 10 >> 64 for v in uint64(k, 5)], np.int64),
        "perm": perm(k, 10)}, {"seed": str(seed), "path": path})
out.save()
