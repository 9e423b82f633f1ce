"""Golden values of package data/audio: torchaudio's resampling and spectra, and sound files as libsndfile writes and reads them.

Needs torchaudio, soundfile (libsndfile with MP3) and librosa beside PyTorch.
"""
import io, os
import numpy as np, soundfile, torch, librosa
torch.version.cuda = None  # wheels made for two versions of CUDA refuse each other, and nothing here uses it
import torchaudio
import torchaudio.functional as AF
import torchaudio.transforms as T
import golden

rng = np.random.default_rng(20261126)
by = f"torchaudio {torchaudio.__version__}, librosa {librosa.__version__}"
out = golden.File("data/audio/testdata/audio.golden", "_golden/audio.py", "float32 sounds; values in float64, rounded", by=by)
f32 = lambda v: np.asarray(v, np.float32)

n = 900
t = np.arange(n) / 8000
x = f32(0.4 * np.sin(2 * np.pi * 440 * t) + 0.2 * np.sin(2 * np.pi * 1234 * t + 1) + 0.05 * rng.standard_normal(n))
x64 = torch.from_numpy(x).double()
out.add("sound", {"x": x}, {"rate": 8000})

for a, b in [(8000, 16000), (16000, 8000), (8000, 11025), (44100, 16000), (8000, 7200)]:
    out.add(f"Resample/{a} to {b}", {"y": f32(AF.resample(x64, a, b))}, {"from": a, "to": b})

for name, size, length, hop, window, power, center in [
    ("default", 400, 400, 200, "hann", 2.0, True), ("power of two", 128, 128, 64, "hann", 1.0, True),
    ("short frames", 256, 200, 80, "hamming", 2.0, True), ("uneven", 120, 120, 50, "hann", 2.0, False), ("prime", 127, 127, 90, "rectangle", 2.0, True)]:
    w = {"hann": torch.hann_window, "hamming": torch.hamming_window, "rectangle": lambda n, dtype: torch.ones(n, dtype=dtype)}[window]
    z = torch.stft(x64, size, hop, length, w(length, dtype=torch.float64), center=center, pad_mode="reflect", return_complex=True)
    out.add(f"Spectrogram/{name}", {"y": f32(z.abs().pow(power).T)}, dict(size=size, length=length, hop=hop, window=window, power=power, uneven=not center))

for name, slaney, bands, low, high in [("htk", False, 20, 0.0, 4000.0), ("slaney", True, 24, 50.0, 3500.0)]:
    w = AF.melscale_fbanks(201, low, high, bands, 8000, norm="slaney" if slaney else None, mel_scale="slaney" if slaney else "htk")
    if slaney:
        w = torch.from_numpy(librosa.filters.mel(sr=8000, n_fft=400, n_mels=bands, fmin=low, fmax=high, dtype=np.float64).T)
    out.add(f"Mel/{name}", {"filters": f32(w)}, dict(slaney=slaney, bands=bands, low=low, high=high))

m = T.MFCC(8000, n_mfcc=13, melkwargs=dict(n_fft=400, n_mels=40)).double()
out.add("MFCC/torchaudio", {"y": f32(m(x64).T)}, dict(count=13, bands=40))
out.save()

# Sound files: what libsndfile makes of one sound in each coding, and what it reads back.
folder = os.path.join(golden.ROOT, "data/audio/testdata")
stereo = np.stack([x[:240], -0.5 * x[100:340]], 1)
files = golden.File("data/audio/testdata/files.golden", "_golden/audio.py", "samples [n channels] that libsndfile reads from the file of that name", by=f"libsndfile {soundfile.__libsndfile_version__}")
for name, data, kind in [("u8.wav", x[:240], "PCM_U8"), ("s16.wav", stereo, "PCM_16"), ("s24.wav", stereo, "PCM_24"), ("s32.wav", x[:240], "PCM_32"), ("f32.wav", stereo, "FLOAT"),
                         ("f64.wav", x[:240], "DOUBLE"), ("alaw.wav", x[:240], "ALAW"), ("mulaw.wav", x[:240], "ULAW"), ("s16.flac", stereo, "PCM_16"), ("s24.flac", x[:240], "PCM_24")]:
    path = os.path.join(folder, name)
    soundfile.write(path, data, 8000, subtype=kind)
    y, rate = soundfile.read(path, dtype="float64", always_2d=True)
    files.add(name, {"y": f32(y)}, {"rate": rate})
soundfile.write(os.path.join(folder, "extensible.wav"), stereo, 8000, subtype="PCM_24", format="WAVEX")
files.add("extensible.wav", {"y": f32(soundfile.read(os.path.join(folder, "extensible.wav"), dtype="float64", always_2d=True)[0])}, {"rate": 8000})
tone = f32(0.5 * np.sin(2 * np.pi * 500 * np.arange(4000) / 32000))
for name, data in [("mono.mp3", tone), ("stereo.mp3", np.stack([tone, 0.3 * tone], 1))]:
    path = os.path.join(folder, name)
    soundfile.write(path, data, 32000, format="MP3")
    files.add(name, {"y": f32(np.reshape(data, (len(data), -1)))}, {"rate": 32000})
files.save()
