"""Training steps of CoOp and MaPLe in PyTorch, to be timed beside RPP's.

`PublishedCoOp` and `PublishedMaPLe` take a step the way the published code does, on OpenAI's clip/model.py with Dassl as
the trainer: 77 rows for every class, rows of all layers in [77, classes, width], the image encoder in every step.
`TunedCoOp` computes the same function as fast as plain PyTorch does it without another algorithm: image features computed
once, sequences cut after the longest name, batch first, fused causal attention, bf16 autocast on demand.

Module and parameter names are those of the published code. As a program: times one kind of step, prints one JSON object.
"""

import argparse
import contextlib
import json
import math
import random
import resource
import time
from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Tower:
    width: int
    layers: int
    heads: int


@dataclass(frozen=True)
class Geometry:
    text: Tower
    vision: Tower
    embed: int
    context: int
    vocabulary: int
    patch: int
    image: int


GEOMETRIES = {
    "random:ViT-B-16": Geometry(Tower(512, 12, 8), Tower(768, 12, 12), 512, 77, 49408, 16, 224),
    # What RPP's smallest backbone is like, for a trial of a minute; its weights are random here.
    "embedded:student": Geometry(Tower(128, 3, 4), Tower(128, 4, 4), 64, 48, 766, 8, 32),
}


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    """A layer of either encoder."""

    def __init__(self, width, heads):
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads)
        self.ln_1 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            OrderedDict(c_fc=nn.Linear(width, 4 * width), gelu=QuickGELU(), c_proj=nn.Linear(4 * width, width)))
        self.ln_2 = nn.LayerNorm(width)

    def forward(self, x, mask=None):
        """[rows, sequences, width], as OpenAI's code has it."""
        normalized = self.ln_1(x)
        x = x + self.attn(normalized, normalized, normalized, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))

    def fused(self, x):
        """[sequences, rows, width], causal: the same, faster."""
        sequences, rows, width = x.shape
        qkv = F.linear(self.ln_1(x), self.attn.in_proj_weight, self.attn.in_proj_bias)
        query, key, value = qkv.view(sequences, rows, 3, self.attn.num_heads, -1).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attn.out_proj(attended.transpose(1, 2).reshape(sequences, rows, width))
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, tower):
        super().__init__()
        self.resblocks = nn.ModuleList(Block(tower.width, tower.heads) for _ in range(tower.layers))


class ImageEncoder(nn.Module):
    def __init__(self, geometry):
        super().__init__()
        width = geometry.vision.width
        self.conv1 = nn.Conv2d(3, width, geometry.patch, geometry.patch, bias=False)
        self.class_embedding = nn.Parameter(width**-0.5 * torch.randn(width))
        patches = (geometry.image // geometry.patch) ** 2
        self.positional_embedding = nn.Parameter(width**-0.5 * torch.randn(patches + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = Transformer(geometry.vision)
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(width**-0.5 * torch.randn(width, geometry.embed))

    def forward(self, images, prompts=()):
        """Features of images; `prompts[i]` [n, width] are appended (layer 0) or replaced (above)."""
        x = self.conv1(images).flatten(2).permute(0, 2, 1)
        x = torch.cat([self.class_embedding.expand(len(x), 1, -1), x], dim=1) + self.positional_embedding
        if prompts:
            x = torch.cat([x, prompts[0].expand(len(x), -1, -1)], dim=1)
        x = self.ln_pre(x).permute(1, 0, 2)
        for layer, block in enumerate(self.transformer.resblocks):
            if 0 < layer < len(prompts):
                prompt = prompts[layer].expand(x.shape[1], -1, -1).permute(1, 0, 2)
                x = torch.cat([x[:-len(prompt)], prompt])
            x = block(x)
        return self.ln_post(x.permute(1, 0, 2)[:, 0]) @ self.proj


class CLIP(nn.Module):
    """A frozen CLIP. Its weights begin as OpenAI's code begins: only how long they take matters here."""

    def __init__(self, geometry):
        super().__init__()
        text = geometry.text
        self.visual = ImageEncoder(geometry)
        self.transformer = Transformer(text)
        self.token_embedding = nn.Embedding(geometry.vocabulary, text.width)
        self.positional_embedding = nn.Parameter(0.01 * torch.randn(geometry.context, text.width))
        self.ln_final = nn.LayerNorm(text.width)
        self.text_projection = nn.Parameter(text.width**-0.5 * torch.randn(text.width, geometry.embed))
        self.logit_scale = nn.Parameter(torch.tensor(1 / 0.07).log())
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        for block in self.transformer.resblocks:
            nn.init.normal_(block.attn.in_proj_weight, std=text.width**-0.5)
            nn.init.normal_(block.attn.out_proj.weight, std=text.width**-0.5 * (2 * text.layers) ** -0.5)
            nn.init.normal_(block.mlp.c_fc.weight, std=(2 * text.width) ** -0.5)
            nn.init.normal_(block.mlp.c_proj.weight, std=text.width**-0.5 * (2 * text.layers) ** -0.5)
        mask = torch.full((geometry.context, geometry.context), float("-inf")).triu(1)
        self.register_buffer("mask", mask, persistent=False)
        self.requires_grad_(False).eval()

    def text_features(self, rows, ends, prompts=()):
        """[classes, context, width] with an end in each; `prompts[i]` [n, width] replace rows in layer i + 1."""
        x = (rows + self.positional_embedding).permute(1, 0, 2)
        for layer, block in enumerate(self.transformer.resblocks):
            if 0 < layer <= len(prompts):
                prompt = prompts[layer - 1].expand(x.shape[1], -1, -1).permute(1, 0, 2)
                x = torch.cat([x[:1], prompt, x[1 + len(prompt):]])
            x = block(x, self.mask)
        return self.read(x.permute(1, 0, 2), ends)

    def read(self, x, ends):
        return self.ln_final(x)[torch.arange(len(x)), ends] @ self.text_projection

    def logits(self, image_features, text_features):
        image_features = image_features / image_features.norm(dim=-1, keepdim=True)
        text_features = text_features / text_features.norm(dim=-1, keepdim=True)
        return self.logit_scale.exp() * image_features @ text_features.t()


class Prompted(nn.Module):
    """Learned rows `ctx` behind the first token of every class; what stands around them is constant."""

    def __init__(self, clip, tokens, length):
        super().__init__()
        self.clip = [clip]  # in a list, so that only prompts are parameters of this module
        self.ctx = nn.Parameter(0.02 * torch.randn(length, clip.token_embedding.embedding_dim))
        embedded = clip.token_embedding(tokens)
        self.prefix, self.suffix = embedded[:, :1], embedded[:, 1 + length:]
        self.ends = tokens.argmax(dim=-1)

    def rows(self):
        return torch.cat([self.prefix, self.ctx.expand(len(self.prefix), -1, -1), self.suffix], dim=1)


class PublishedCoOp(Prompted):
    def forward(self, images):
        clip, = self.clip
        image_features = clip.visual(images)
        return clip.logits(image_features, clip.text_features(self.rows(), self.ends))


class PublishedMaPLe(Prompted):
    def __init__(self, clip, tokens, length, depth):
        super().__init__(clip, tokens, length)
        text, vision = self.ctx.shape[1], clip.visual.class_embedding.shape[0]
        self.proj = nn.Linear(text, vision)
        self.compound_prompts_text = nn.ParameterList(0.02 * torch.randn(length, text) for _ in range(depth - 1))
        self.compound_prompt_projections = nn.ModuleList(nn.Linear(text, vision) for _ in range(depth - 1))

    def forward(self, images):
        clip, = self.clip
        deep = self.compound_prompts_text
        vision = [self.proj(self.ctx)] + [map(text) for map, text in zip(self.compound_prompt_projections, deep)]
        text_features = clip.text_features(self.rows(), self.ends, deep)
        return clip.logits(clip.visual(images, vision), text_features)


class TunedCoOp(Prompted):
    """For one batch, whose image features are computed here."""

    def __init__(self, clip, tokens, length, images):
        super().__init__(clip, tokens, length)
        self.suffix = self.suffix[:, :self.ends.max() - length]
        with torch.no_grad():
            self.image_features = clip.visual(images)

    def forward(self, _, sampled=slice(None)):
        clip, = self.clip
        prefix, suffix = self.prefix[sampled], self.suffix[sampled]
        x = torch.cat([prefix, self.ctx.expand(len(prefix), -1, -1), suffix], dim=1)
        x = x + clip.positional_embedding[:x.shape[1]]
        for block in clip.transformer.resblocks:
            x = block.fused(x)
        return clip.logits(self.image_features, clip.read(x, self.ends[sampled]))


class SampledClasses(nn.Module):
    """A tuned step over the classes of the batch and some others, drawn anew each time (POMP's local contrast)."""

    def __init__(self, prompted, labels, others):
        super().__init__()
        self.prompted, self.others = prompted, others
        self.own, self.labels = labels.unique(return_inverse=True)

    def forward(self, images):
        classes = len(self.prompted.ends)
        rest = torch.ones(classes, dtype=torch.bool)
        rest[self.own] = False
        rest = rest.nonzero()[:, 0]
        drawn = rest[torch.randperm(len(rest))[:self.others]]
        logits = self.prompted(images, torch.cat([self.own, drawn]))
        correction = torch.zeros(logits.shape[1])
        correction[len(self.own):] = math.log(len(rest) / len(drawn))
        return logits + correction


def sgd(prompted, rate):
    return torch.optim.SGD(prompted.parameters(), lr=rate, momentum=0.9, weight_decay=5e-4)


def step(prompted, optimizer, images, labels, bf16=False):
    """One step; returns the loss before it."""
    with torch.autocast("cpu", torch.bfloat16) if bf16 else contextlib.nullcontext():
        loss = F.cross_entropy(prompted(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def class_tokens(geometry, classes, before):
    """[SOS] `before` rows, a name of 1 to 4 tokens, [.] [EOS], then zeros; [EOS] is the largest token."""
    draw = random.Random(1)
    start, end = geometry.vocabulary - 2, geometry.vocabulary - 1
    tokens = torch.zeros(classes, geometry.context, dtype=torch.long)
    for row in tokens:
        name = [draw.randrange(start) for _ in range(draw.randint(1, 4))]
        filled = [start, *range(1, 1 + before), *name, 1, end]
        row[:len(filled)] = torch.tensor(filled)
    return tokens


def main():
    parser = argparse.ArgumentParser(description="Time one kind of training step.")
    parser.add_argument("kind", choices=["published-coop", "published-maple", "tuned-coop"])
    parser.add_argument("--backbone", choices=GEOMETRIES, default="random:ViT-B-16")
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=1, help="steps to measure, after one that is not counted")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--sampled-classes", type=int, help="classes of a step beside the batch's own (tuned-coop)")
    parser.add_argument("--bf16", action="store_true", help="with bf16 autocast")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    geometry = GEOMETRIES[options.backbone]
    clip = CLIP(geometry)
    images = torch.empty(options.batch, 3, geometry.image, geometry.image).uniform_(-2, 2)
    labels = torch.arange(options.batch) % options.classes
    if options.kind == "published-maple":
        # Two of the four words of "a photo of a" are prompts, the others remain.
        tokens = class_tokens(geometry, options.classes, before=4)
        depth = min(9, geometry.text.layers - 1, geometry.vision.layers - 1)
        prompted = PublishedMaPLe(clip, tokens, length=2, depth=depth)
    else:
        tokens = class_tokens(geometry, options.classes, before=16)
        prompted = (
            PublishedCoOp(clip, tokens, length=16) if options.kind == "published-coop"
            else TunedCoOp(clip, tokens, length=16, images=images))
    if options.sampled_classes:
        prompted = SampledClasses(prompted, labels, options.sampled_classes)
        labels = prompted.labels
    optimizer = sgd(prompted, rate=0.002)
    seconds = []
    for _ in range(1 + options.steps):
        start = time.perf_counter()
        step(prompted, optimizer, images, labels, options.bf16)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({
        "stepSeconds": seconds[1:],
        "peakResidentBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "threads": torch.get_num_threads(),
    }))


if __name__ == "__main__":
    main()
