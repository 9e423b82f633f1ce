# The works of `jimu bench` in PyTorch. Nothing but torch is needed: the models are written out, in the shapes of their papers
# and of torchvision.
try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as e:
    refuse(f"{sys.executable} has no PyTorch ({e}); install it (pip install torch, or apt-get install python3-torch), or name another Python with --python")


def hello(threads):
    global compile
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    if compile and not hasattr(torch, "compile"):
        compile = False
        said.append(f"PyTorch {torch.__version__} has no torch.compile; it runs as it is")
    return f"PyTorch {torch.__version__}"


# Models


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(256, 256, batch_first=True), nn.Linear(256, 10)

    def forward(self, x):
        h, _ = self.lstm(x)
        return self.head(h[:, -1])


def attend(q, k, v, causal):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal is not None)
    a = (q @ k.transpose(-2, -1)) * q.shape[-1] ** -0.5
    if causal is not None:
        a = a.masked_fill(causal, float("-inf"))
    return a.softmax(-1) @ v


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x, causal=None):
        b, t, c = x.shape
        q, k, v = (y.view(b, t, self.heads, c // self.heads).transpose(1, 2) for y in self.qkv(x).split(c, 2))
        return self.out(attend(q, k, v, causal).transpose(1, 2).reshape(b, t, c))


class Block(nn.Module):
    """Of a transformer; norms before (GPT) or behind (BERT)."""

    def __init__(self, width, heads, before):
        super().__init__()
        self.before, self.attention = before, Attention(width, heads)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x, causal=None):
        if self.before:
            x = x + self.attention(self.norm1(x), causal)
            return x + self.feed(self.norm2(x))
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.feed(x))


class GPT(nn.Module):
    def __init__(self, vocabulary=256, width=256, layers=4, heads=4, context=256):
        super().__init__()
        self.token, self.place = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList([Block(width, heads, True) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)
        self.register_buffer("causal", torch.triu(torch.ones(context, context, dtype=torch.bool), 1))

    def forward(self, ids):
        x = self.token(ids) + self.place.weight
        for b in self.blocks:
            x = b(x, self.causal)
        return self.head(self.norm(x))


class BERT(nn.Module):
    """The encoder of BERT-base: 12 layers, width 768, 12 heads."""

    def __init__(self):
        super().__init__()
        self.token, self.place, self.kind = nn.Embedding(30522, 768), nn.Embedding(512, 768), nn.Embedding(2, 768)
        self.norm = nn.LayerNorm(768)
        self.blocks = nn.ModuleList([Block(768, 12, False) for _ in range(12)])

    def forward(self, ids):
        x = self.norm(self.token(ids) + self.place.weight[:ids.shape[1]] + self.kind.weight[0])
        for b in self.blocks:
            x = b(x)
        return x


class Decode(nn.Module):
    """GPT, a token at a time behind the caches of those before."""

    def __init__(self, vocabulary=256, width=768, layers=12, heads=12, context=128):
        super().__init__()
        self.gpt, self.heads, self.at = GPT(vocabulary, width, layers, heads, context), heads, context - 1
        self.caches = [torch.randn(2, 1, heads, context, width // heads) for _ in range(layers)]

    def forward(self, ids):
        g, at = self.gpt, self.at
        x = g.token(ids) + g.place.weight[at:at + 1]
        for b, cache in zip(g.blocks, self.caches):
            y = b.norm1(x)
            q, k, v = (z.view(1, 1, self.heads, -1).transpose(1, 2) for z in b.attention.qkv(y).split(y.shape[-1], 2))
            cache[0, :, :, at:at + 1], cache[1, :, :, at:at + 1] = k, v
            x = x + b.attention.out(attend(q, cache[0], cache[1], None).transpose(1, 2).reshape(y.shape))
            x = x + b.feed(b.norm2(x))
        return g.head(g.norm(x))


class VGG(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for c in [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]:
            if c == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(channels, c, 3, padding=1), nn.ReLU(True)]
            channels = c
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(True), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(), nn.Linear(4096, 1000))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width)
        self.relu, self.downsample = nn.ReLU(True), None
        if stride != 1 or channels != 4 * width:
            self.downsample = nn.Sequential(nn.Conv2d(channels, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return self.relu(self.bn3(self.conv3(y)) + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, depths=(3, 4, 6, 3)):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(True)
        self.maxpool, channels, stages = nn.MaxPool2d(3, 2, 1), 64, []
        for i, depth in enumerate(depths):
            for j in range(depth):
                stages.append(Bottleneck(channels, 64 << i, 2 if i > 0 and j == 0 else 1))
                channels = 256 << i
        self.stages, self.fc = nn.Sequential(*stages), nn.Linear(2048, 1000)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        return self.fc(self.stages(x).mean((2, 3)))


# Works: each returns the ways to choose from, the plain one first. Without tuned or compile there is only that.


def variants(model, x, step):
    """With compile the compiled model, and then, for where that does not run, the plain one. With tuned all to choose from:
    torch.compile where there is one, with the weights as constants too if they are not trained, and for pictures
    channels-last memory."""
    ways = ["compiled", "eager"] if compile else ["eager"]
    if tuned:
        ways = ["eager"] + ["compiled"] * hasattr(torch, "compile") + ["frozen"] * (hasattr(torch, "compile") and not model.training)
    for way in ways:
        for f in [torch.contiguous_format] + [torch.channels_last] * (tuned and x.dim() == 4):
            model.to(memory_format=f)
            m = model
            if way != "eager":
                m = torch.compile(model, options={"freezing": True} if way == "frozen" else None)
            run = step(m, x.contiguous(memory_format=f))
            run.ready = lambda f=f: model.to(memory_format=f)
            run.how = way + (", channels last" if f is torch.channels_last else "")
            yield run


def training(model, x, classes, optimizer, y=None):
    y = torch.randint(0, classes, (x.shape[0],)) if y is None else y
    o = optimizer(model.parameters())

    def step(model, x):
        def run():
            o.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(x).reshape(-1, classes), y.reshape(-1))
            loss.backward()
            o.step()
            return loss.item()
        return run
    return variants(model.train(), x, step)


def inference(model, x):
    def step(model, x):
        def run():
            with torch.no_grad():
                return model(x)
        return run
    return variants(model.eval(), x, step)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


def adam(parameters):
    return torch.optim.Adam(parameters, lr=3e-4)


LARGE = 32 << 20  # elements of what is measured from memory


def gemm(m, n, k):
    a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    yield lambda: torch.mm(a, b, out=c)


def elementwise(f):
    x = torch.randn(LARGE).view(-1, 1024)

    def run():
        with torch.no_grad():
            f(x)
    yield run


def addition():
    x, y = torch.randn(LARGE), torch.randn(LARGE)
    yield lambda: torch.add(x, y)


def adam_alone():
    p = torch.randn(LARGE, requires_grad=True)
    p.grad = torch.randn(LARGE)
    for kind in [{}, {"foreach": True}, {"fused": True}] if tuned else [{}]:
        o = torch.optim.Adam([p], lr=1e-3, **kind)

        def run(o=o):
            o.step()
        run.how = " ".join(kind)
        yield run


def tracked():
    x, y = torch.randn(8, requires_grad=True), torch.randn(8)

    def run():
        for _ in range(1000):
            x.mul(y)
    yield run


def tiny():
    w, x = torch.randn(8, requires_grad=True), torch.full((8,), 0.999)
    o = sgd([w])

    def run():
        o.zero_grad(set_to_none=True)
        y = w
        for _ in range(500):
            y = y.mul(x).add(x)
        y.sum().backward()
        o.step()
    yield run


def picture(n):
    return torch.randn(n, 3, 224, 224)


def gpt():
    x, y = torch.randint(0, 256, (8, 256)), torch.randint(0, 256, (8, 256))
    return training(GPT(), x, 256, adam, y)


def decode_int8():
    """With the weights of the linear layers in 8 bits; PyTorch rounds what is multiplied with them too."""
    m = torch.ao.quantization.quantize_dynamic(Decode().eval(), {nn.Linear}, torch.qint8)
    return inference(m, torch.randint(0, 256, (1, 1)))


WORKS = [
    (r"gemm(\d+)", lambda n: gemm(n, n, n)),
    (r"gemm(\d+)x(\d+)x(\d+)", gemm),
    (r"mlp", lambda: training(mlp(), torch.randn(64, 784), 10, sgd)),
    (r"cnn", lambda: training(cnn(), torch.randn(64, 1, 28, 28), 10, sgd)),
    (r"lstm", lambda: training(LSTM(), torch.randn(32, 64, 256), 10, sgd)),
    (r"gpt", gpt),
    (r"bert(?:b(\d+))?", lambda n=1: inference(BERT(), torch.randint(0, 30522, (n, 128)))),
    (r"decode", lambda: inference(Decode(), torch.randint(0, 256, (1, 1)))),
    (r"decodeint8", decode_int8),
    (r"vgg16(?:b(\d+))?", lambda n=1: inference(VGG(), picture(n))),
    (r"resnet50(?:b(\d+))?", lambda n=1: inference(ResNet(), picture(n))),
    (r"vgg16step", lambda: training(VGG(), picture(8), 1000, momentum)),
    (r"resnet50step", lambda: training(ResNet(), picture(8), 1000, momentum)),
    (r"add", addition),
    (r"exp", lambda: elementwise(torch.exp)),
    (r"gelu", lambda: elementwise(F.gelu)),
    (r"softmax", lambda: elementwise(lambda x: x.softmax(-1))),
    (r"layernorm", lambda: elementwise(nn.LayerNorm(1024))),
    (r"adam", adam_alone),
    (r"tracked", tracked),
    (r"tiny", tiny),
]


serve(hello, WORKS)
