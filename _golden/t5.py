"""Golden logits of T5, from transformers: see pretrained.py. What is read is padded; version 1.1 has a table of its own for the
logits, which this version of transformers ties when it makes a model, and leaves apart when it loads one that has two."""
import golden
import torch
from pretrained import BY, case, ids, main, transformers as T

SIZE = dict(d_model=16, d_kv=6, d_ff=24, num_layers=2, num_decoder_layers=3, num_heads=2, vocab_size=40, relative_attention_num_buckets=8,
            relative_attention_max_distance=12)


def untied(model):
    model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.clone())
    return model


def texts(tokens, length=19):
    mask = torch.ones(2, length, dtype=torch.long)
    mask[1, length * 2 // 3:] = 0
    return dict(input_ids=ids(1, tokens, 2, length), attention_mask=mask)


def tiny():
    f = golden.File("model/t5/testdata/transformers.golden", "_golden/t5.py", "see _golden/pretrained.py", by=BY)
    x = texts(40)
    both = dict(x, decoder_input_ids=ids(2, 40, 2, 15))
    gated = T.T5Config(**SIZE, feed_forward_proj="gated-gelu", tie_word_embeddings=False)
    case(f, "t5/relu", T.T5ForConditionalGeneration(T.T5Config(**SIZE)), both, ["logits"])
    case(f, "t5/gated", T.T5ForConditionalGeneration(gated), both, ["logits"])
    case(f, "t5/gated, two tables", untied(T.T5ForConditionalGeneration(gated)), both, ["logits"])
    case(f, "t5/encoder", T.T5EncoderModel(T.T5Config(**SIZE)), x, ["last_hidden_state"])
    f.save()


def whole(**config):
    def make(c):
        model = T.T5ForConditionalGeneration(c)
        return model if c.scale_decoder_outputs else untied(model)
    return lambda: (make(T.T5Config(**config)), dict(texts(32128), decoder_input_ids=ids(2, 32128, 2, 7)), ["logits"])


if __name__ == "__main__":
    main(tiny, {
        "t5-small": whole(num_layers=6, d_model=512, num_heads=8, d_ff=2048),
        "t5-base": whole(num_layers=12, d_model=768, num_heads=12, d_ff=3072),
        "flan-t5-base": whole(num_layers=12, d_model=768, num_heads=12, d_ff=2048, feed_forward_proj="gated-gelu", tie_word_embeddings=False),
    })
