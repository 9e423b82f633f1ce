"""Golden logits of Whisper and the features that it hears, from transformers: see pretrained.py. The sound is s of key 1000."""
import golden
import numpy as np
import torch
import formula
from pretrained import BY, case, floats, ids, main, transformers as T

SIZE = dict(d_model=16, encoder_layers=2, decoder_layers=3, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24,
            vocab_size=40, max_source_positions=9, max_target_positions=20, num_mel_bins=8, pad_token_id=1, bos_token_id=1, eos_token_id=2,
            decoder_start_token_id=3)


def tiny():
    f = golden.File("model/whisper/testdata/transformers.golden", "_golden/whisper.py", "see _golden/pretrained.py", by=BY)
    x = dict(input_features=floats(0, 2, 8, 18), decoder_input_ids=ids(2, 40, 2, 7))
    case(f, "whisper", T.WhisperForConditionalGeneration(T.WhisperConfig(**SIZE)), x, ["logits"])
    f.save()
    f = golden.File("model/whisper/testdata/features.golden", "_golden/whisper.py", "sound of key 1000", by=BY)
    for bands, n in [(80, 9000), (128, 20000)]:
        extract = T.WhisperFeatureExtractor(feature_size=bands, chunk_length=1)
        y = extract(formula.signed(1000, n), sampling_rate=16000, return_tensors="np")["input_features"]
        f.add(f"features/{bands}", dict(features=np.ascontiguousarray(y[0, :, ::9], dtype=np.float32)), dict(bands=bands, samples=n, every=9))
    f.save()


def whole(bands, tokens, layers, decoder_layers, width, heads):
    def make():
        c = T.WhisperConfig(num_mel_bins=bands, vocab_size=tokens, encoder_layers=layers, decoder_layers=decoder_layers, d_model=width,
                            encoder_attention_heads=heads, decoder_attention_heads=heads, encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width)
        return T.WhisperForConditionalGeneration(c), dict(input_features=floats(0, 1, bands, 3000), decoder_input_ids=ids(2, tokens, 1, 5)), ["logits"]
    return make


main(tiny, {"whisper-tiny": whole(80, 51865, 4, 4, 384, 6), "whisper-base": whole(80, 51865, 6, 6, 512, 8), "whisper-small": whole(80, 51865, 12, 12, 768, 12)})
