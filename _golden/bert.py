"""Golden outputs of BERT, RoBERTa, DistilBERT and ELECTRA with every head, from transformers: see pretrained.py."""
import copy
import torch
import golden
from pretrained import BY, case, ids, main, transformers as T

SIZE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, vocab_size=40, max_position_embeddings=20)
DISTILLED = dict(dim=16, n_layers=2, n_heads=2, hidden_dim=24, vocab_size=40, max_position_embeddings=20)
HEADS = {
    "MaskedLM": ["logits"], "NextSentencePrediction": ["logits"], "PreTraining": ["prediction_logits", "seq_relationship_logits"],
    "SequenceClassification": ["logits"], "TokenClassification": ["logits"], "QuestionAnswering": ["start_logits", "end_logits"],
    "MultipleChoice": ["logits"],
}


def texts(config, *lead):
    """Two texts, the second of which is padded; and two kinds of tokens where the model knows them."""
    x = ids(1, config.vocab_size - 2, 2, *lead, 9) + 2
    mask = torch.ones_like(x)
    mask[1, ..., 6:] = 0
    x[mask == 0] = config.pad_token_id
    inputs = dict(input_ids=x, attention_mask=mask)
    if getattr(config, "type_vocab_size", 0) > 1:
        inputs["token_type_ids"] = (torch.arange(9) > 3).long().expand(x.shape).contiguous()
    return inputs


def tiny():
    f = golden.File("model/bert/testdata/transformers.golden", "_golden/bert.py", "see _golden/pretrained.py", by=BY)
    families = {
        "Bert": (T.BertConfig(**SIZE, num_labels=3), HEADS),
        "Roberta": (T.RobertaConfig(**{**SIZE, "hidden_act": "gelu_new"}, type_vocab_size=1, layer_norm_eps=1e-5, num_labels=3),
                    {k: v for k, v in HEADS.items() if k not in ("NextSentencePrediction", "PreTraining")}),
        "DistilBert": (T.DistilBertConfig(**DISTILLED, num_labels=3),
                       {k: v for k, v in HEADS.items() if k not in ("NextSentencePrediction", "PreTraining")}),
        "Electra": (T.ElectraConfig(**SIZE, embedding_size=8, num_labels=3),
                    {**{k: v for k, v in HEADS.items() if k != "NextSentencePrediction"}, "PreTraining": ["logits"]}),
    }
    for family, (config, heads) in families.items():
        for head, outputs in heads.items():
            config.num_labels = 2 if head == "QuestionAnswering" else 3
            model = getattr(T, family + "For" + head)(copy.deepcopy(config))
            case(f, f"{family.lower()}/{head}", model, texts(config, *[2] * (head == "MultipleChoice")), outputs)
    outputs = ["last_hidden_state", "pooler_output"]
    case(f, "bert/none", T.BertModel(families["Bert"][0]), texts(families["Bert"][0]), outputs)
    case(f, "roberta/none", T.RobertaModel(families["Roberta"][0]), texts(families["Roberta"][0]), outputs)
    case(f, "distilbert/none", T.DistilBertModel(families["DistilBert"][0]), texts(families["DistilBert"][0]), outputs[:1])
    case(f, "electra/none", T.ElectraModel(families["Electra"][0]), texts(families["Electra"][0]), outputs[:1])
    f.save()


def whole(family, head, **config):
    def make():
        c = getattr(T, family + "Config")(**config)
        outputs = ["logits"] if (family, head) == ("Electra", "PreTraining") else HEADS[head]
        return getattr(T, family + "For" + head)(c), texts(c), outputs
    return make


ROBERTA = dict(type_vocab_size=1, layer_norm_eps=1e-5, vocab_size=50265, max_position_embeddings=514)
main(tiny, {
    "bert-base-uncased": whole("Bert", "PreTraining"),
    "bert-base-chinese": whole("Bert", "PreTraining", vocab_size=21128),
    "bert-large-uncased": whole("Bert", "PreTraining", hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096),
    "roberta-base": whole("Roberta", "MaskedLM", **ROBERTA),
    "distilbert-base-uncased": whole("DistilBert", "MaskedLM"),
    "electra-small-discriminator": whole("Electra", "PreTraining", embedding_size=128, hidden_size=256, num_attention_heads=4, intermediate_size=1024),
    "electra-base-discriminator": whole("Electra", "PreTraining", embedding_size=768, hidden_size=768, num_attention_heads=12, intermediate_size=3072),
})
