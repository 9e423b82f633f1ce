"""Golden values of format/gguf: blocks expanded and made by the gguf package and by ggml, and a file that the gguf package writes.

expand/KIND: bytes [n], and the float32 that gguf.quants makes of them; of Q8_K, which it does not know, ggml does.
pack/KIND: what ggml's reference, quantize_row_..._ref, makes of x = s of Philox key 9 times 1, 3, 0.01 and 0 for a quarter each
(see formula.py), 2048 numbers. The environment variable GGML names its shared library, libggml-base.so (npm:
@node-llama-cpp/linux-x64).
small.gguf: metadata of every type, and tensors of plain and packed types.
"""
import ctypes, os, sys
import numpy as np
import gguf
from gguf import GGMLQuantizationType as T, quants
import golden
import formula

ggml = ctypes.CDLL(os.environ["GGML"])
golden.GZIP_OVER = 50_000
f = golden.File("format/gguf/testdata/blocks.golden", "_golden/ggml.py", "see the script's header", by=f"gguf {gguf.__version__ if hasattr(gguf, '__version__') else '0.19.0'} and ggml of node-llama-cpp 3.22.1, NumPy {np.__version__}")
r = np.random.default_rng(5)
SCALES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2],
          T.Q6_K: [208], T.IQ4_NL: [0], T.IQ4_XS: [0], T.TQ2_0: [64], T.MXFP4: []}


def blocks(kind, n, size):
    b = r.integers(0, 256, (n, size), dtype=np.uint8)
    for at in SCALES.get(kind, []):
        b[:, at:at + 2] = (r.standard_normal(n) * 0.1).astype(np.float16).view(np.uint8).reshape(n, 2)
    return b


for kind in SCALES:
    count, size = gguf.GGML_QUANT_SIZES[kind]
    b = blocks(kind, max(2, 64 // count) if count < 256 else 2, size)
    if kind == T.MXFP4:
        b[:, 0] = [0, 1]
        b = np.concatenate([b, blocks(kind, 4, size)])
        b[2:, 0] = [2, 127, 126, 140]
    y = quants.dequantize(b, kind).ravel()
    f.add(f"expand/{kind.name}", dict(b=b.ravel().astype(np.int64), y=y))
b = r.integers(0, 256, (2, 292), dtype=np.uint8)
b[:, :4] = r.standard_normal(2).astype(np.float32).view(np.uint8).reshape(2, 4)
y = np.empty(512, np.float32)
ggml.dequantize_row_q8_K(b.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(512))
f.add("expand/Q8_K", dict(b=b.ravel().astype(np.int64), y=y))

x = formula.signed(9, 2048) * np.repeat(np.array([1, 3, 0.01, 0], np.float32), 512)
for kind, reference in {T.Q8_0: ggml.quantize_row_q8_0_ref, T.Q4_0: ggml.quantize_row_q4_0_ref, T.Q4_K: ggml.quantize_row_q4_K_ref}.items():
    count, size = gguf.GGML_QUANT_SIZES[kind]
    b = np.empty(2048 // count * size, np.uint8)
    reference(x.ctypes.data_as(ctypes.c_void_p), b.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(2048))
    f.add(f"pack/{kind.name}", dict(b=b.astype(np.int64)))
    if kind != T.Q4_K:  # the package differs from ggml in the sign of the scale of a block of zeros alone
        assert (quants.quantize(x[:1536].reshape(6, 256), kind).ravel() == b[:1536 // count * size]).all()
f.save()

w = gguf.GGUFWriter(os.path.join(golden.ROOT, "format/gguf/testdata/small.gguf"), "llama")
w.add_string("test.text", "a 中 b")
for name, v in dict(uint8=200, int8=-3, uint16=60000, int16=-300, uint32=4000000000, int32=-70000, uint64=1 << 40, int64=-(1 << 40), float32=0.1, float64=0.1).items():
    getattr(w, "add_" + name)("test." + name, v)
w.add_bool("test.yes", True)
w.add_bool("test.no", False)
w.add_array("test.texts", ["x", "", "ü"])
w.add_array("test.ints", [1, 2, -3])
w.add_array("test.floats", [1.0, 2.5])
w.add_array("test.bools", [True, False])
w.add_array("test.long", list(range(1000)))
x = formula.signed(3, 64 * 4).reshape(4, 64)
w.add_tensor("f32", x)
w.add_tensor("f16", x.astype(np.float16))
w.add_tensor("bf16", quants.quantize(x, T.BF16), raw_dtype=T.BF16)
w.add_tensor("vector", x[0, :5].copy())
w.add_tensor("f64", x[:, :3].astype(np.float64))
for name, dt in dict(i8=np.int8, i16=np.int16, i32=np.int32, i64=np.int64).items():
    w.add_tensor(name, (x[:, :2] * 100).astype(dt))
w.add_tensor("q8_0", quants.quantize(x, T.Q8_0), raw_dtype=T.Q8_0)
w.add_tensor("q4_0", quants.quantize(x, T.Q4_0), raw_dtype=T.Q4_0)
w.add_tensor("q5_1", quants.quantize(x, T.Q5_1), raw_dtype=T.Q5_1)
w.write_header_to_file()
w.write_kv_data_to_file()
w.write_tensors_to_file()
w.close()
