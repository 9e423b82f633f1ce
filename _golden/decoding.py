"""Texts that transformers writes with small models of transformers.golden: greedy, and the best of a search with four beams, which
must come out the same token by token through the caches of ours. The weights are by formula; see pretrained.py."""
import golden
import torch
import gpt
import t5
import transformer
from pretrained import BY, case, ids, transformers as T

END = 3


def written(model, inputs):
    """What follows, without the tokens that were given: greedy, and by beams."""
    out = {}
    for name, beams in dict(greedy=1, beams=4).items():
        with torch.no_grad():
            y = model.float().generate(**inputs, num_beams=beams, do_sample=False, max_new_tokens=9, eos_token_id=END, pad_token_id=0, forced_eos_token_id=None,
                                       length_penalty=1.0, early_stopping=False)[0]
        out[name] = y[1 if model.config.is_encoder_decoder else inputs["input_ids"].shape[1]:].contiguous()
    return out


def text():
    return dict(input_ids=ids(5, 36, 1, 6) + 4, attention_mask=torch.ones(1, 6, dtype=torch.long))


f = golden.File("model/all/testdata/decoding.golden", "_golden/decoding.py", "see _golden/pretrained.py", by=BY)
for name, model in {
    "gpt": T.GPT2LMHeadModel(T.GPT2Config(**gpt.SIZE)),
    "t5": T.T5ForConditionalGeneration(T.T5Config(**dict(t5.SIZE, num_decoder_layers=2), decoder_start_token_id=0)),
    "transformer": T.MarianMTModel(T.MarianConfig(**dict(transformer.SIZE, forced_eos_token_id=None), scale_embedding=True)),
}.items():
    model.generation_config.forced_eos_token_id = None
    case(f, name, model, text(), written)
f.save()
