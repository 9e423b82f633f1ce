"""Golden values of package data/audio: IMA ADPCM as Python's audioop (before 3.13) decodes it. Needs numpy."""
import audioop, os, struct
import numpy as np
import golden

name, blocks = "adpcm.wav", 3
rng = np.random.default_rng(7)
t = np.arange(200)
x = np.int16(20000 * np.sin(2 * np.pi * t**2 / 3000) + 1500 * rng.standard_normal(200)).tolist()
data, y, state, size = b"", [], (0, 0), 36  # of a block: its head and 64 samples after the first
for k in range(blocks):
    part = x[65 * k:65 * (k + 1)]
    state = (part[0], state[1])
    codes, after = audioop.lin2adpcm(struct.pack(f"<{len(part) - 1}h", *part[1:]), 2, state)
    back, _ = audioop.adpcm2lin(codes, 2, state)
    data += struct.pack("<hBB", part[0], state[1], 0) + bytes(c >> 4 | (c & 15) << 4 for c in codes)  # audioop has the high half first
    y += [part[0], *struct.unpack(f"<{len(part) - 1}h", back)]
    state = after
wav = b"RIFF" + struct.pack("<I", 40 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHHHH", 20, 17, 1, 8000, 4430, size, 4, 2, 65) + b"data" + struct.pack("<I", len(data)) + data
with open(os.path.join(golden.ROOT, "data/audio/testdata", name), "wb") as f:
    f.write(wav)
out = golden.File("data/audio/testdata/adpcm.golden", "_golden/adpcm.py", "samples [n channels] that audioop decodes from the file of that name", by="Python's audioop")
out.add(name, {"y": np.float32(y).reshape(-1, 1) / 32768}, {"rate": 8000})
out.save()
