#!/usr/bin/env python3
"""Pieces of the sentencepiece package for data/token: pieces.py DIR, after tokens.py --make DIR.

Writes DIR/NAME.ids for the models that tokens.py trained and for ../shared/weights/sentencepiece-test/test_model.model, which it
copies to DIR/sp-test.model: as tokens.py --full does, ids, begins and ends in letters, and the text that the ids decode to.
"""
import pathlib, shutil, struct, sys

import sentencepiece

from tokens import SHARED, read

folder = pathlib.Path(sys.argv[1])
shutil.copyfile(SHARED / "weights/sentencepiece-test/test_model.model", folder / "sp-test.model")
lines = [b.decode("utf-8", "replace") for b in read(folder)]
for name in ["sp-unigram", "sp-bpe", "sp-test"]:
    m = sentencepiece.SentencePieceProcessor(model_file=str(folder / (name + ".model")))
    with open(folder / (name + ".ids"), "wb") as f:
        for s in lines:
            p = m.encode(s, return_type="proto").pieces
            ids = [x.id for x in p]
            out = m.decode(ids).encode()
            letter, n = {}, 0  # the package counts bytes
            for k, c in enumerate(s):
                letter[n] = k
                n += len(c.encode())
            letter[n] = len(s)
            f.write(struct.pack("<I", len(ids)) + struct.pack(f"<{len(ids)}I", *ids))
            f.write(struct.pack(f"<{2 * len(ids)}I", *(y for x in p for y in (letter[x.begin], letter[x.end]))))
            f.write(struct.pack("<I", len(out)) + out)

# llama2.c's tokenizer.bin as the SentencePiece model that it was made from: the package is the reference for the file.
from sentencepiece import sentencepiece_model_pb2 as pb

b = (SHARED / "weights/stories260k/tok512.bin").read_bytes()
m, at = pb.ModelProto(), 4
while at < len(b):
    score, n = struct.unpack_from("<fi", b, at)
    k = len(m.pieces)
    piece = ["<unk>", "<s>", "</s>"][k] if k < 3 else f"<0x{k - 3:02X}>" if k < 259 else b[at + 8:at + 8 + n].decode().replace(" ", "▁")
    kind = 2 if k == 0 else 3 if k < 3 else 6 if k < 259 else 1
    m.pieces.add(piece=piece, score=score, type=kind)
    at += 8 + n
m.trainer_spec.model_type = 2
m.trainer_spec.byte_fallback = True
m.normalizer_spec.remove_extra_whitespaces = False
p = sentencepiece.SentencePieceProcessor(model_proto=m.SerializeToString())
shutil.copyfile(SHARED / "weights/stories260k/tok512.bin", folder / "tok512.bin")
with open(folder / "tok512.ids", "wb") as f:
    for s in lines:
        s = s.replace("▁", " ")  # llama2.c knows no ▁
        ids = p.encode(s)
        f.write(struct.pack("<I", len(ids)) + struct.pack(f"<{len(ids)}I", *ids))
        out = p.decode(ids).encode()
        f.write(struct.pack("<I", len(out)) + out)
