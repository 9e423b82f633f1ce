"""Golden texts and logits of package generate, by transformers: its processors of logits, greedy texts and beams.

processors/*: logits [v], text [n] and what a processor of transformers makes of them; attributes name the processor.
greedy, beams/*: a small Llama with parameters by the formula of llama.py, prompt [n], and the tokens that generate() makes; beams
with their scores. Minus infinity is the string "-Inf".
"""
import numpy as np
import torch
torch.version.cuda = None
import transformers
from transformers.generation import logits_process as lp
import golden
import llama
from philox import uniform

f = golden.File("generate/testdata/generate.golden", "_golden/generate.py", "see the script's header",
                by=f"transformers {transformers.__version__}, PyTorch {torch.__version__}")
logits = torch.from_numpy((8 * uniform(77, 50) - 4).astype(np.float32))
text = torch.tensor([3, 7, 9, 3, 7, 20, 7, 9, 41, 7])
for name, p, attrs in [
    ("temperature", lp.TemperatureLogitsWarper(0.7), dict(t=0.7)),
    ("top_k", lp.TopKLogitsWarper(5), dict(k=5)),
    ("top_k/all", lp.TopKLogitsWarper(500), dict(k=500)),
    ("top_p", lp.TopPLogitsWarper(0.8), dict(p=0.8)),
    ("top_p/small", lp.TopPLogitsWarper(0.01), dict(p=0.01)),
    ("top_p/large", lp.TopPLogitsWarper(0.999), dict(p=0.999)),
    ("min_p", lp.MinPLogitsWarper(0.1), dict(p=0.1)),
    ("typical", lp.TypicalLogitsWarper(0.6), dict(p=0.6)),
    ("typical/large", lp.TypicalLogitsWarper(0.95), dict(p=0.95)),
    ("epsilon", lp.EpsilonLogitsWarper(0.02), dict(p=0.02)),
    ("eta", lp.EtaLogitsWarper(0.02), dict(p=0.02)),
    ("repetition", lp.RepetitionPenaltyLogitsProcessor(1.3), dict(p=1.3)),
    ("no_repeat/2", lp.NoRepeatNGramLogitsProcessor(2), dict(n=2)),
    ("no_repeat/3", lp.NoRepeatNGramLogitsProcessor(3), dict(n=3)),
]:
    f.add("processors/" + name, dict(logits=logits, text=text, y=p(text[None], logits[None].clone())[0]), attrs)

m, names, shapes, config = llama.filled("llama", dict(vocab_size=60))
keep = {k: v for k, v in config.items() if k not in ("architectures", "dtype", "transformers_version", "initializer_range", "use_cache")}
f.add("model", {}, dict(config=keep, names=names, shapes=shapes))
prompt = torch.tensor([[5, 17, 3]])


def made(**c):
    m.generation_config = transformers.GenerationConfig(pad_token_id=0, bos_token_id=1, return_dict_in_generate=True, output_scores=True, **c)
    with torch.no_grad():
        return m.generate(prompt, attention_mask=torch.ones_like(prompt))


y = made(max_new_tokens=24, do_sample=False).sequences[0, 3:]
f.add("greedy", dict(prompt=prompt[0], tokens=y), {})
f.add("greedy/penalty", dict(prompt=prompt[0], tokens=made(max_new_tokens=24, do_sample=False, repetition_penalty=1.4, no_repeat_ngram_size=3).sequences[0, 3:]), {})
common = [int(v) for v in y.unique()]
print("greedy", y.tolist())
n = 0
for beams in (2, 4, 5):
    for penalty in (0.0, 1.0, 2.0, -0.5):
        for early in (False, True, "never"):
            for stop in ([], [int(y[4])], [int(y[6]), 30, 31]):
                if (n := n + 1) % 3 and stop == []:
                    continue
                r = made(max_new_tokens=12, num_beams=beams, num_return_sequences=beams, length_penalty=penalty, early_stopping=early,
                         eos_token_id=stop or None, do_sample=False)
                rows, lengths = [], []
                for s in r.sequences:
                    t = s[3:].tolist()
                    cut = next((i + 1 for i, v in enumerate(t) if v in stop), min(len(t), 12))
                    rows += t[:cut]
                    lengths.append(cut)
                f.add(f"beams/{n}", dict(prompt=prompt[0], tokens=torch.tensor(rows), lengths=torch.tensor(lengths), scores=r.sequences_scores),
                      dict(beams=beams, penalty=penalty, early=early is True, thorough=early == "never", stop=stop))
f.save()
