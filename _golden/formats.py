"""Small files of other libraries, and the numbers in them, for the readers of package format.

format/safetensors/testdata/types.safetensors: a tensor of each type that the safetensors package writes; float8 with all of
its 256 values. types.golden: the same numbers in float64.
"""
import os
import numpy as np
import torch
from safetensors.torch import save_file
import golden

SAFETENSORS = os.path.join(golden.ROOT, "format/safetensors/testdata")


def every_type():
    """Tensors of every type, with extremes."""
    byte = torch.arange(256, dtype=torch.uint8)
    out = {
        "f32": torch.tensor([[1.5, -2.25, 3e38], [0.0, 1e-40, float("inf")]]),
        "f64": torch.tensor([1 / 3, -1e300, 5e-324], dtype=torch.float64),
        "f16": torch.tensor([1.5, -65504, 6e-8], dtype=torch.float16),
        "bf16": torch.tensor([1.5, -3e38, 1e-40], dtype=torch.bfloat16),
        "i64": torch.tensor([-2**53, 7, 2**53]), "i32": torch.tensor([-2**31, 7], dtype=torch.int32),
        "i16": torch.tensor([-2**15, 2**15 - 1], dtype=torch.int16), "i8": torch.tensor([[-128], [127]], dtype=torch.int8),
        "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False, True]),
        "u16": torch.tensor([1, 65535], dtype=torch.uint16), "u32": torch.tensor([1, 2**32 - 1], dtype=torch.uint32),
        "u64": torch.tensor([1, 2**53], dtype=torch.uint64), "c64": torch.tensor([1 + 2j], dtype=torch.complex64),
        "e4m3": byte.clone().view(torch.float8_e4m3fn), "e5m2": byte.clone().view(torch.float8_e5m2), "e8m0": byte.clone().view(torch.float8_e8m0fnu),
        "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
    }
    return out


def wide(t):
    if t.dtype == torch.uint64:
        return t.numpy().astype(np.float64)
    return t.to(torch.float32).to(torch.float64) if t.dtype.itemsize == 1 and t.dtype.is_floating_point else t.to(torch.float64)


def numbers(f, name, tensors):
    f.add(name, {k: wide(v) for k, v in tensors.items() if not v.is_complex()})


if __name__ == "__main__":
    os.makedirs(SAFETENSORS, exist_ok=True)
    every = every_type()
    save_file(every, os.path.join(SAFETENSORS, "types.safetensors"), {"made": "by _golden/formats.py"})
    f = golden.File("format/safetensors/testdata/types.golden", "_golden/formats.py", by="safetensors with PyTorch " + torch.__version__)
    numbers(f, "types", every)
    f.save()
