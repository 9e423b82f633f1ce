"""Golden logits of the encoder and decoder: Marian's and BART's from transformers (see pretrained.py), and PyTorch's Transformer
with embeddings of the paper."""
import math
import golden
import torch
import formula
from pretrained import BY, case, ids, main, transformers as T

SIZE = dict(d_model=16, encoder_layers=2, decoder_layers=3, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24,
            vocab_size=40, max_position_embeddings=20, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=0, forced_eos_token_id=2)


class Plain(torch.nn.Module):
    """What the paper puts around PyTorch's layers: tables, positions of sines and cosines in turn, and logits."""

    def __init__(self, apart, norms, **config):
        super().__init__()
        d = config["d_model"]
        t = torch.nn.Transformer(dropout=0, batch_first=True, **config)
        self.encoder, self.decoder = t.encoder, t.decoder
        if not norms:
            self.encoder.norm = self.decoder.norm = None
        if apart:
            self.source, self.target, self.head = torch.nn.Embedding(30, d), torch.nn.Embedding(40, d), torch.nn.Linear(d, 40)
        else:
            self.shared = torch.nn.Embedding(40, d)

    def embed(self, table, x):
        d = table.weight.shape[1]
        angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] / 10000 ** (torch.arange(0, d, 2, dtype=torch.float64) / d)
        waves = torch.stack([angle.sin(), angle.cos()], 2).flatten(1)
        return table(x) * math.sqrt(d) + waves.to(table.weight.dtype)

    def forward(self, source, seen, target):
        tables = (self.source, self.target) if hasattr(self, "source") else (self.shared, self.shared)
        memory = self.encoder(self.embed(tables[0], source), src_key_padding_mask=seen == 0)
        causal = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), 1)
        y = self.decoder(self.embed(tables[1], target), memory, tgt_mask=causal, memory_key_padding_mask=seen == 0)
        return self.head(y) if hasattr(self, "head") else y @ self.shared.weight.T


class Pointer(torch.nn.Module):
    """A pointer-generator on PyTorch's layers: See and others' mixture, with Hsu and others' shares of sentences."""

    def __init__(self, tokens, outputs, sentences, **config):
        super().__init__()
        d = config["d_model"]
        self.outputs, self.sentences = outputs, sentences
        self.transformer = torch.nn.Module()
        t = torch.nn.Transformer(dropout=0, batch_first=True, **config)
        self.transformer.encoder, self.transformer.decoder = t.encoder, t.decoder
        if not config["norm_first"]:
            t.encoder.norm = t.decoder.norm = None
        self.transformer.shared = torch.nn.Embedding(tokens, d)
        self.before, self.salience = torch.nn.Linear(d, d, bias=False), torch.nn.Linear(d, 1)
        self.query, self.key, self.gate = torch.nn.Linear(d, d), torch.nn.Linear(2 * d, d), torch.nn.Linear(d, 1)

    def embed(self, ids):
        table = self.transformer.shared.weight
        d = table.shape[1]
        x = table[ids] * math.sqrt(d)
        angle = torch.arange(ids.shape[1], dtype=torch.float64)[:, None] / 10000 ** (torch.arange(0, d, 2, dtype=torch.float64) / d)
        waves = torch.stack([angle.sin(), angle.cos()], 2).flatten(1).to(x.dtype)
        return x + self.before(self.behind(x)) + waves

    def behind(self, x):
        return torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)

    def forward(self, source, sentences, target):
        unseen = sentences == 0
        h = self.transformer.encoder(self.embed(source), src_key_padding_mask=unseen)
        causal = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), 1)
        f = self.transformer.decoder(self.embed(target), h, tgt_mask=causal, memory_key_padding_mask=unseen)
        shares = torch.full((len(source), self.sentences + 1), -torch.inf, dtype=f.dtype)
        for i in range(len(source)):
            for k in sentences[i].unique().tolist():
                if k > 0:
                    shares[i, k] = self.salience(h[i][sentences[i] == k].mean(0))
        salience = shares.log_softmax(-1)
        z = self.query(f) @ self.key(torch.cat([h, self.behind(h)], 2)).transpose(1, 2) / math.sqrt(f.shape[2])
        z = z + salience.gather(1, sentences)[:, None]
        a = z.masked_fill((unseen | (source >= self.outputs))[:, None], -torch.inf).softmax(-1)
        copied = torch.zeros(*target.shape, self.transformer.shared.weight.shape[0], dtype=f.dtype)
        copied = copied.scatter_add(2, source[:, None].expand_as(a), a)[:, :, :self.outputs]
        g = self.gate(f).sigmoid()
        y = g * (f @ self.transformer.shared.weight[:self.outputs].T).softmax(-1) + (1 - g) * copied
        return y.log(), salience[:, 1:]


def pointers():
    f = golden.File("model/transformer/testdata/pointer.golden", "_golden/transformer.py", "weights by formula; pointers()")
    sentences = torch.tensor([[1, 1, 1, 2, 2, 2, 2, 3, 3], [1, 1, 2, 2, 2, 2, 0, 0, 0]])
    for name, first in [("post_norm", False), ("pre_norm", True)]:
        m = Pointer(40, 34, 4, d_model=16, nhead=2, num_encoder_layers=2, num_decoder_layers=1, dim_feedforward=24, norm_first=first).eval()
        names = formula.fill(m)
        x = dict(input_ids=ids(1, 40, 2, 9), sentence_ids=sentences, decoder_input_ids=ids(2, 34, 2, 7))
        with torch.no_grad():
            (y, s), (y64, _) = m(*x.values()), m.double()(*x.values())
        s = s.float().masked_fill(s == -torch.inf, -1e9)
        f.add(name, dict(x, log_probabilities=y, salience=s), dict(names=names, pre_norm=first, err32=((y - y64).abs().max() / y64.abs().max()).item()))
    f.save()


def texts(tokens, below=None):
    mask = torch.ones(2, 9, dtype=torch.long)
    mask[1, 6:] = 0
    return dict(input_ids=ids(1, below or tokens, 2, 9), attention_mask=mask, decoder_input_ids=ids(2, tokens, 2, 7))


def tiny():
    pointers()
    f = golden.File("model/transformer/testdata/transformers.golden", "_golden/transformer.py", "see _golden/pretrained.py", by=BY)
    case(f, "marian", T.MarianMTModel(T.MarianConfig(**SIZE, activation_function="swish", scale_embedding=True)), texts(40), ["logits"])
    case(f, "bart", T.BartForConditionalGeneration(T.BartConfig(**SIZE)), texts(40), ["logits"])
    f.save()
    f = golden.File("model/transformer/testdata/torch.golden", "_golden/transformer.py", "weights by formula")
    for name, apart, norms, first in [("paper", False, False, False), ("apart", True, True, False), ("pre_norm", True, True, True)]:
        m = Plain(apart, norms, d_model=16, nhead=2, num_encoder_layers=2, num_decoder_layers=3, dim_feedforward=24, norm_first=first).eval()
        x, names = texts(40, 30), formula.fill(m)
        with torch.no_grad():
            y, y64 = m(*x.values()), m.double()(*x.values())
        f.add(name, dict(x, logits=y), dict(names=names, apart=apart, norms=norms, pre_norm=first, err32=((y - y64).abs().max() / y64.abs().max()).item()))
    f.save()


def whole(kind, config):
    return lambda: (kind(config), texts(config.vocab_size), ["logits"])


if __name__ == "__main__":
    main(tiny, {
        "opus-mt-en-de": whole(T.MarianMTModel, T.MarianConfig(vocab_size=58101, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8,
            decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512, activation_function="swish", scale_embedding=True,
            pad_token_id=58100, decoder_start_token_id=58100)),
        "bart-base": whole(T.BartForConditionalGeneration, T.BartConfig(d_model=768, encoder_layers=6, decoder_layers=6, encoder_attention_heads=12,
            decoder_attention_heads=12, encoder_ffn_dim=3072, decoder_ffn_dim=3072)),
    })
