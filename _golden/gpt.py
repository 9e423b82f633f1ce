"""Golden logits of GPT-2, from transformers: see pretrained.py."""
import golden
from pretrained import BY, case, ids, main, transformers as T

SIZE = dict(n_embd=16, n_layer=2, n_head=2, vocab_size=40, n_positions=20, bos_token_id=0, eos_token_id=0)


def tiny():
    f = golden.File("model/gpt/testdata/transformers.golden", "_golden/gpt.py", "see _golden/pretrained.py", by=BY)
    for name, more in dict(gpt2={}, untied=dict(tie_word_embeddings=False, n_inner=24, activation_function="relu")).items():
        case(f, "gpt/" + name, T.GPT2LMHeadModel(T.GPT2Config(**SIZE, **more)), dict(input_ids=ids(1, 40, 2, 9)), ["logits"])
    f.save()


def whole(**config):
    return lambda: (T.GPT2LMHeadModel(T.GPT2Config(**config)), dict(input_ids=ids(1, 50257, 1, 12)), ["logits"])


if __name__ == "__main__":
    main(tiny, {"gpt2": whole(), "gpt2-medium": whole(n_embd=1024, n_layer=24, n_head=16), "distilgpt2": whole(n_layer=6)})
