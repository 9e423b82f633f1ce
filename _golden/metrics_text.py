"""Golden values of the metrics of texts, from sacreBLEU, rouge_score, jiwer, torchmetrics and NLTK.

A case has the attributes candidates and references, a list for each candidate, and the array value.
"""
from metricfile import *
import importlib.metadata, random
import sacrebleu, jiwer, torchmetrics
import torchmetrics.functional.text as tt
from rouge_score import rouge_scorer
from nltk.stem.porter import PorterStemmer

version = importlib.metadata.version
s = file("sacrebleu", "metrics_text", f"sacreBLEU {version('sacrebleu')}")
r = file("rouge", "metrics_text", f"rouge_score {version('rouge_score')}, NLTK {version('nltk')}")
j = file("jiwer", "metrics_text", f"jiwer {version('jiwer')}")
t = file("texts", "metrics_text", f"torchmetrics {torchmetrics.__version__}")


def put(f, name, cands, refs, v, **attrs):
    f.add(name, {"value": value(v)}, {"candidates": cands, "references": refs, **attrs})


# A corpus with numbers, marks, entities, names, other scripts, spaces at odd places; and an empty candidate.
english = [
    ("The cat sat on the mat, didn't it?", ["A cat was sitting on the mat, wasn't it?", "The cat sat on the mat."]),
    ("In 1,234.5 cases (of 3-4), e.g. $5.00 &amp; more&lt;br&gt; \"quoted\" 5-a", ["In 1,234.5 of 3-4 cases, e.g. $5 & more<br> \"quoted\" 5-a.", "There were 1234.5 cases; 3-4 of $5.00!"]),
    ("  Mr. Smith went to Washington  on Monday ;  he liked it . ", ["On Monday Mr. Smith went to Washington, and he liked it.", "Smith visited Washington on Monday and liked it very much indeed."]),
    ("naïve café – “smart quotes” cost 10€ … and 20£", ["A naïve café’s “smart” quotes cost 10 €…", "naïve café – “smart quotes” cost 10€ … and 20£"]),
    ("", ["nothing", "nothing at all"]),
    ("the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]),
]
chinese = [
    ("我今天去了北京,天气很好。", ["今天我去了北京，天气非常好。"]),
    ("Jimu是一个深度学习框架 v1.2 (2026)“好”", ["Jimu 是深度学习的框架 v1.2（2026年）“很好”！"]),
    ("他说:「可以」\u3000吗？", ["他问：「可以吗？」"]),
]
alien = [("abc def", ["xyz uvw"]), ("q", ["r s t"])]
mini = [("the cat", ["the cat sat"])]
sets = dict(english=english, chinese=chinese, alien=alien, mini=mini)


def streams(c):
    n = max(len(x[1]) for x in c)
    return [x[0] for x in c], [[x[1][i] for x in c] for i in range(n)]


def corpus(metric, c):
    a, b = streams(c)
    return metric.corpus_score(a, b).score


for name, c in sets.items():
    cands, refs = [x[0] for x in c], [x[1] for x in c]
    for tok in ("13a", "intl", "zh", "char", "none"):
        put(s, f"BLEU/{name} {tok}", cands, refs, corpus(sacrebleu.BLEU(tokenize=tok), c), tokenizer=tok)
    for smooth, v in (("floor", None), ("floor", 0.3), ("add-k", None), ("none", None), ("exp", None)):
        put(s, f"BLEU/{name} {smooth} {v}", cands, refs, corpus(sacrebleu.BLEU(smooth_method=smooth, smooth_value=v, lowercase=True), c), smoothing=smooth, smooth=v or 0, lowercase=True)
    put(s, f"BLEU/{name} effective", cands, refs, corpus(sacrebleu.BLEU(effective_order=True), c), effective=True)
    put(s, f"BLEU/{name} order 2", cands, refs, corpus(sacrebleu.BLEU(max_ngram_order=2), c), order=2)
    for kw in (dict(), dict(word_order=2), dict(char_order=3, beta=1), dict(lowercase=True, whitespace=True)):
        put(s, f"CHRF/{name} {' '.join(kw)}", cands, refs, corpus(sacrebleu.CHRF(**kw), c), **kw)
    for kw in (dict(), dict(normalized=True), dict(no_punct=True), dict(case_sensitive=True)):
        put(s, f"TranslationEditRate/{name} {' '.join(kw)}", cands, refs, corpus(sacrebleu.TER(**kw), c), **kw)
for i, (a, b) in enumerate(english):
    put(s, f"BLEU/sentence {i}", [a], [b], sacrebleu.sentence_bleu(a, b).score, effective=True)
put(s, "BLEU/entity of an entity", ["a &amp;lt; b &amp;quot; c"], [["a < b &quot; c"]], sacrebleu.corpus_bleu(["a &amp;lt; b &amp;quot; c"], [["a < b &quot; c"]]).score)
# Shifts: words in any order, and longer ones.
draw = random.Random(7)
words = "alpha beta gamma delta epsilon zeta eta theta".split()
shuffled = []
for n in (3, 7, 12, 30, 60):
    ref = [draw.choice(words) for _ in range(n)]
    hyp = ref[n // 3:] + ref[:n // 3]
    for _ in range(n // 5):
        hyp[draw.randrange(n)] = draw.choice(words)
    shuffled.append((" ".join(hyp), [" ".join(ref)]))
shuffled.append((" ".join(draw.choice(words) for _ in range(9)), [" ".join(draw.choice(words) for _ in range(90))]))
put(s, "TranslationEditRate/shifts", [x[0] for x in shuffled], [x[1] for x in shuffled], corpus(sacrebleu.TER(), shuffled))
for kw in (dict(normalized=True), dict(normalized=True, no_punct=True)):  # sacreBLEU prepares references twice
    twice = [("at the end..5 of it's", ["at its end..5 the: ", "..5 it's"])]
    put(s, f"TranslationEditRate/twice {len(kw)}", [x[0] for x in twice], [x[1] for x in twice], corpus(sacrebleu.TER(**kw), twice), **kw)
put(s, "TranslationEditRate/empty reference", ["a b"], [[""]], sacrebleu.corpus_ter(["a b"], [[""]]).score)

summaries = [
    ("The quick brown foxes jumped over lazily sleeping dogs.\nThey were running happily!", ["A quick brown fox jumps over the lazy dog.\nIt was happily running.", "Foxes jump over dogs, lazily."]),
    ("police killed the gunman", ["police kill the gunman", "the gunman kill police"]),
    ("", ["something"]),
    ("the gunman police killed the\n\nthe police", ["police killed the gunman\nthe police of the state"]),
    ("Relational conditioning, 42 generalizations & formalities: naïve ponies", ["relate conditional 42 general formal ponies"]),
]
for of in ("1", "2", "3", "L", "Lsum"):
    for stem in (False, True):
        scorer = rouge_scorer.RougeScorer([f"rouge{of}"], use_stemmer=stem)
        got = [scorer.score_multi(b, a)[f"rouge{of}"] for a, b in summaries]
        r.add(f"ROUGE/{of} {stem}", {"value": value(np.mean([g.fmeasure for g in got])), "precision": value(np.mean([g.precision for g in got])),
              "recall": value(np.mean([g.recall for g in got]))}, {"candidates": [x[0] for x in summaries], "references": [x[1] for x in summaries], "of": of, "stem": stem})
porter = PorterStemmer()
vocabulary = """caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping tanned falling hissing fizzed failing
filing happy sky enjoy enjoyment spied spies dies died flies relational conditional rational valenci hesitanci digitizer conformabli radicalli differentli
vileli analogousli vietnamization predication operator feudalism decisiveness hopefulness callousness formaliti sensitiviti sensibiliti triplicate formative
formalize electriciti electrical hopeful goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment
dependent adoption homologou communism activate angulariti homologous effective bowdlerize probate rate cease controll roll news innings dying proceed
geologi theologi apologize technology fulli gracefulli generally totally yyyy syzygy by toy boyish oats trees ivy private oaten orrery aed bing red ed ing
ization agreed eed owed used being eying seeing eaten is as was has yes gas this bus pass 2nd 1990s abc123 oscillate oscillators knavish aaa ies ied sied tied
possibly terribly wobbly nobli abli university universal universities generate generators generically organization organizing controlling rolled""".split()
r.add("Stem/words", {"value": value(0)}, {"words": vocabulary, "stems": [porter.stem(w) for w in vocabulary]})

speech = [("hello duck", ["hello world"]), ("the the quick brown fox jumps", ["the quick brown fox jumped over"]), ("a b c d e f", ["b c x e f g h"]), ("", ["silence please"]), ("x y z", ["z y x"]),
          (" two  spaces here ", ["two spaces were here"]), ("i am not sure at all about this one", ["i was sure about that one at last"])]
draw = random.Random(3)
for n in (8, 15, 25):
    speech.append((" ".join(draw.choice("abcd") for _ in range(n)), [" ".join(draw.choice("abcd") for _ in range(n + draw.randrange(5)))]))
a, b = [x[0] for x in speech], [x[1][0] for x in speech]
out, chars = jiwer.process_words(b, a), jiwer.process_characters(b, a)
for name, v in (("WordErrorRate", out.wer), ("MatchErrorRate", out.mer), ("WordInfoLost", out.wil), ("WordInfoPreserved", out.wip), ("CharErrorRate", chars.cer)):
    counts = chars if name == "CharErrorRate" else out
    j.add(f"{name}/speech", {"value": value(v), "counts": np.array([counts.hits, counts.substitutions, counts.deletions, counts.insertions], np.int64)},
          {"candidates": a, "references": [[x] for x in b]})
for i, (x, y) in enumerate(zip(a, b)):
    for name, fn in (("WordErrorRate", jiwer.wer), ("MatchErrorRate", jiwer.mer), ("WordInfoLost", jiwer.wil), ("WordInfoPreserved", jiwer.wip), ("CharErrorRate", jiwer.cer)):
        put(j, f"{name}/{i}", [x], [[y]], fn(y, x))
put(t, "EditDistance/speech", a, [[x] for x in b], tt.edit_distance(a, b, reduction="mean"))

answers = [("The Denver Broncos", ["Denver Broncos", "the broncos"]), ("1,000 an hour!", ["1000 hour"]), ("a", ["the"]), ("in the year 2015", ["2015", "year of 2015"]), ("no", ["yes"]), ("", ["something"]),
           ("the “the” theatre’s àa a_a", ["“” theatre’s àa a_a"])]
got = tt.squad([dict(prediction_text=p, id=str(i)) for i, (p, _) in enumerate(answers)],
               [dict(answers=dict(answer_start=[0] * len(x), text=x), id=str(i)) for i, (_, x) in enumerate(answers)])
cands, refs = [x[0] for x in answers], [x[1] for x in answers]
put(t, "SquadExactMatch/answers", cands, refs, got["exact_match"])
put(t, "SquadF1/answers", cands, refs, got["f1"])
from torchmetrics.functional.text.eed import _eed_function, _preprocess_en
plain = english[:4] + english[5:] + [("Mr. Fox paid 3.50 dollars, e.g. in the U.S. Yes!", ["Mrs. Fox paid 3 . 5 dollars , i.e. abroad."])]
put(t, "ExtendedEditDistance/english", [x[0] for x in plain], [x[1] for x in plain],
    np.mean([min(_eed_function(_preprocess_en(a), _preprocess_en(x)) for x in b) for a, b in plain]))  # torchmetrics rounds each to float32
for f in (s, r, j, t):
    f.save()
