"""Philox4x32-10 in NumPy, the random numbers of internal/kernel and rng, and their known answers.

Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
"""
import numpy as np

M0, M1, W0, W1, LOW = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57), 0x9E3779B9, 0xBB67AE85, np.uint64(0xFFFFFFFF)
WORD = np.uint64(32)


def block(counter, key):
    """Ten rounds: counter is four arrays (or numbers) of 32-bit words in uint64, key two numbers; gives four arrays."""
    c0, c1, c2, c3 = (np.asarray(c, np.uint64) for c in counter)
    k0, k1 = key
    for _ in range(10):
        p0, p1 = M0 * c0, M1 * c2
        c0, c1, c2, c3 = (p1 >> WORD) ^ c1 ^ np.uint64(k0), p1 & LOW, (p0 >> WORD) ^ c3 ^ np.uint64(k1), p0 & LOW
        k0, k1 = (k0 + W0) & 0xFFFFFFFF, (k1 + W1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def words(key, n):
    """The first n words of the stream of a 64-bit key: word i is word i%4 of the block with counter (i/4, 0)."""
    b = np.arange((n + 3) // 4, dtype=np.uint64)
    out = block((b & LOW, b >> WORD, np.zeros_like(b), np.zeros_like(b)), (key & 0xFFFFFFFF, key >> 32))
    return np.stack(out, 1).reshape(-1)[:n].astype(np.uint32)


def uniform(key, n):
    """u = (word >> 8) * 2^-24 in [0, 1), as float64; exact in float32 too."""
    return (words(key, n) >> np.uint32(8)).astype(np.float64) * 2.0**-24


# Random123, examples/kat_vectors, philox 4x32 10: counter, key, answer.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0), (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]
for _c, _k, _want in KNOWN:
    _got = tuple(int(v) for v in block(_c, _k))
    if _got != _want:
        raise AssertionError(f"philox: counter {_c} key {_k} gives {_got}, want {_want}")
