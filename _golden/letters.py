#!/usr/bin/env python3
"""What the parts of Hugging Face's tokenizers take each letter for: letters.py DIR writes DIR/letters.txt, for data/token.

A line is a code point, a 0 or 1 for each question, and what NFD, NFKD, NFC, NFKC and Lowercase make of the letter.
"""
import os, pathlib, sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import Regex, normalizers as N, pre_tokenizers as P

clean, accents, han = N.BertNormalizer(True, False, False, False), N.BertNormalizer(False, False, True, False), N.BertNormalizer(False, True, False, False)
forms = [N.NFD(), N.NFKD(), N.NFC(), N.NFKC(), N.Lowercase()]


def splits(p, c, beside="A"):
    return len(p.pre_tokenize_str(beside + c + beside)) > 1


def split(r):
    return P.Split(Regex(r), "isolated")


letter, number, space, mark, upper, lower, punct, symbol = map(split, [r"\p{L}", r"\p{N}", r"\s", r"\p{M}", r"[\p{Lu}\p{Lt}]", r"\p{Ll}", r"\p{P}", r"\p{S}"])
bert, digits, blanks, words = P.BertPreTokenizer(), P.Digits(), P.WhitespaceSplit(), P.Whitespace()
stripped, nmt = N.StripAccents(), N.Nmt()

with open(pathlib.Path(sys.argv[1]) / "letters.txt", "w") as f:
    for cp in [*range(1, 0xD800), *range(0xE000, 0x32400), *range(0xE0000, 0xE0200)]:
        c = chr(cp)
        bits = [stripped.normalize_str(c) == "", clean.normalize_str(c) == "", clean.normalize_str(c) == " ", accents.normalize_str(c) == "", splits(bert, c),
                splits(digits, c), splits(blanks, c), not splits(words, c), splits(letter, c, "1"), splits(number, c), splits(space, c), splits(mark, c),
                splits(upper, c, "1"), splits(lower, c, "1"), splits(punct, c), splits(symbol, c), han.normalize_str(c) != c, nmt.normalize_str(c) == " ",
                nmt.normalize_str(c) == ""]
        orders = [forms[0].normalize_str("x" + m + c) != "x" + m + forms[0].normalize_str(c) for m in "\u0345\u0301\u0323"]
        made = [",".join(f"{ord(x):x}" for x in n.normalize_str(c)) or "-" for n in forms]
        f.write(f"{cp:x} {''.join('01'[b] for b in bits + orders)} {' '.join(made)}\n")
