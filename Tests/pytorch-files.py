"""What PyTorch itself writes and reads, for Tests/pytorch-files.sh.

  pytorch-files.py samples FOLDER    the files that Tests/PyTorchFilesTests/Resources keeps
  pytorch-files.py write FOLDER      a small CLIP in three forms, and a checkpoint of each method as its published code saves it
  pytorch-files.py check FOLDER      what rpp exported from these (NAME.out.pth.tar) is what was written
"""

import collections
import json
import os
import struct
import sys
import types
import warnings

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")
WIDTH, LAYERS, EMBED, CONTEXT, VOCABULARY, IMAGE, PATCH = 64, 3, 32, 77, 516, 8, 4


class ConstantWarmupScheduler(torch.optim.lr_scheduler.LRScheduler):
    """Dassl's, by its name: a pickle of its state holds the scheduler that follows, and with it the optimiser."""

    def __init__(self, optimizer, successor):
        self.successor = successor
        super().__init__(optimizer, -1)

    def get_lr(self):
        return [1e-5 for _ in self.base_lrs]


def save(state_dict, path, epoch=50, older=False):
    """As Dassl's save_checkpoint does, with the state of a trained optimiser."""
    parameter = nn.Parameter(torch.ones(3))
    optimizer = torch.optim.SGD([parameter], lr=0.002, momentum=0.9, weight_decay=5e-4)
    parameter.sum().backward()
    optimizer.step()
    scheduler = ConstantWarmupScheduler(optimizer, torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50.0))
    state = {
        "state_dict": state_dict,
        "epoch": epoch,
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "val_result": np.float64(71.3),
    }
    torch.save(state, path, _use_new_zipfile_serialization=not older)


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(WIDTH, WIDTH // 64)
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(
            collections.OrderedDict(
                c_fc=nn.Linear(WIDTH, 4 * WIDTH), gelu=QuickGELU(), c_proj=nn.Linear(4 * WIDTH, WIDTH)
            )
        )
        self.ln_2 = nn.LayerNorm(WIDTH)

    def forward(self, x):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.resblocks = nn.Sequential(*[Block() for _ in range(LAYERS)])

    def forward(self, x):
        return self.resblocks(x)


class Visual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(WIDTH))
        self.positional_embedding = nn.Parameter(torch.randn((IMAGE // PATCH) ** 2 + 1, WIDTH))
        self.ln_pre = nn.LayerNorm(WIDTH)
        self.transformer = Transformer()
        self.ln_post = nn.LayerNorm(WIDTH)
        self.proj = nn.Parameter(torch.randn(WIDTH, EMBED))

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(x.shape[0], 1, -1), x], 1) + self.positional_embedding
        return self.ln_post(self.transformer(self.ln_pre(x))[:, 0]) @ self.proj


class CLIP(nn.Module):
    """Modules and parameters under OpenAI's names, as the archives that OpenAI publishes have them."""

    def __init__(self):
        super().__init__()
        self.visual = Visual()
        self.transformer = Transformer()
        self.token_embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.positional_embedding = nn.Parameter(torch.randn(CONTEXT, WIDTH))
        self.ln_final = nn.LayerNorm(WIDTH)
        self.text_projection = nn.Parameter(torch.randn(WIDTH, EMBED))
        self.logit_scale = nn.Parameter(torch.tensor(4.6052))
        for name, value in [("input_resolution", IMAGE), ("context_length", CONTEXT), ("vocab_size", VOCABULARY)]:
            self.register_buffer(name, torch.tensor(value))

    def forward(self, image, text):
        x = self.ln_final(self.transformer(self.token_embedding(text) + self.positional_embedding))
        scale = self.logit_scale.exp() + 0 * (self.input_resolution + self.context_length + self.vocab_size)
        return scale * self.visual(image) @ (x[:, -1] @ self.text_projection).t()


def trace(model):
    text = torch.zeros(1, CONTEXT, dtype=torch.long)
    return torch.jit.trace(model.eval(), (torch.zeros(1, 3, IMAGE, IMAGE), text), check_trace=False)


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, value in tensors.items():
        value = value.contiguous().numpy()
        kind = {"float32": "F32", "float16": "F16"}[str(value.dtype)]
        header[name] = {
            "dtype": kind,
            "shape": list(value.shape),
            "data_offsets": [len(data), len(data) + value.nbytes],
        }
        data += value.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def learned(clip):
    """Each method's state dict, as its published code saves it: the options for rpp, and the names of what is learned."""
    torch.manual_seed(2)
    words = clip.token_embedding.weight.detach()
    prefix = words[VOCABULARY - 2].expand(4, 1, -1).clone()
    suffix = torch.randn(4, CONTEXT - 5, WIDTH)
    buffers = {"token_prefix": prefix, "token_suffix": suffix}
    frozen = {f"image_encoder.{name}": value for name, value in clip.visual.state_dict().items()}
    for name in ["positional_embedding", "ln_final.weight", "text_projection"]:
        frozen[f"text_encoder.{name}"] = clip.state_dict()[name]
    frozen["logit_scale"] = clip.logit_scale.detach()
    whole = frozen | {f"prompt_learner.{name}": value for name, value in buffers.items()}

    def linear(name, inputs, outputs):
        return {f"{name}.weight": torch.randn(outputs, inputs), f"{name}.bias": torch.randn(outputs)}

    def layers(encoder, depth, length):
        return {
            f"{encoder}.transformer.resblocks.{layer}.VPT_shallow": torch.randn(length, WIDTH)
            for layer in range(1, depth)
        }

    net = linear("meta_net.linear1", EMBED, EMBED // 16) | linear("meta_net.linear2", EMBED // 16, WIDTH)
    maps = {}
    for layer in range(2):
        maps |= {f"prompt_learner.compound_prompts_text.{layer}": torch.randn(4, WIDTH)}
        maps |= linear(f"prompt_learner.compound_prompt_projections.{layer}", WIDTH, WIDTH)
    methods = {
        "coop": ("coop:classTokenPosition=middle", {"ctx": torch.randn(16, WIDTH)}, buffers),
        "classes": ("coop", {"ctx": torch.randn(4, 5, WIDTH)}, buffers),
        "half": ("coop:contextLength=4", {"ctx": torch.randn(4, WIDTH).half()}, buffers),
        "strided": ("coop", {"ctx": torch.randn(WIDTH, 6).t()[1:5]}, buffers),
        "pomp": ("pomp", {"ctx": torch.randn(16, WIDTH)}, {f"train_{k}": v for k, v in buffers.items()}),
        "cocoop": ("cocoop", {"ctx": torch.randn(4, WIDTH)} | net, buffers),
        "vpt": ("vpt", {"image_encoder.VPT": torch.randn(8, WIDTH)} | layers("image_encoder", 2, 8), frozen),
        "ivlp": (
            "ivlp:initialization=random",
            {"prompt_learner.ctx": torch.randn(4, WIDTH), "image_encoder.VPT": torch.randn(5, WIDTH)}
            | layers("text_encoder", 2, 4)
            | layers("image_encoder", 3, 5),
            whole,
        ),
        "maple": (
            "maple:initialization=random",
            {"prompt_learner.ctx": torch.randn(4, WIDTH)} | linear("prompt_learner.proj", WIDTH, WIDTH) | maps,
            whole,
        ),
    }
    return methods


def write(folder):
    torch.manual_seed(1)
    clip = CLIP()
    torch.save(clip.state_dict(), f"{folder}/state.pt")
    script = trace(clip)
    script.save(f"{folder}/script.pt")
    # As OpenAI's archives are.
    script.half().save(f"{folder}/half.pt")
    torch.manual_seed(1)
    floats = {name: value for name, value in CLIP().state_dict().items() if value.is_floating_point()}
    write_safetensors(f"{folder}/plain.safetensors", floats)
    write_safetensors(f"{folder}/half.safetensors", {name: value.half() for name, value in floats.items()})
    with open(f"{folder}/state.merges.txt", "w") as file:
        file.write("#version: 0.2\na t</w>\nc at</w>\n")
    with open(f"{folder}/classes.txt", "w") as file:
        file.write("cat\ndog\ngolden_retriever\nbird\n")
    with open(f"{folder}/methods", "w") as list_:
        torch.manual_seed(1)
        for name, (method, prompts, constants) in learned(CLIP()).items():
            state = collections.OrderedDict(prompts | constants)
            save(state, f"{folder}/{name}.pth.tar", older=name == "cocoop")
            list_.write(f"{name} {method}\n")


def check(folder):
    torch.manual_seed(1)
    for name, (_, prompts, _) in learned(CLIP()).items():
        found = torch.load(f"{folder}/{name}.out.pth.tar", weights_only=True)["state_dict"]
        assert set(found) == set(prompts), (name, set(found) ^ set(prompts))
        for key, value in prompts.items():
            assert found[key].dtype == torch.float32 and torch.equal(found[key], value.float()), (name, key)
        print(f"{name}: {len(found)} tensors are what PyTorch wrote, bit for bit")


def samples(folder):
    prompt = torch.arange(24, dtype=torch.float32).reshape(3, 8) / 8
    table = torch.arange(60, dtype=torch.float32).reshape(2, 6, 5) / 4
    state = collections.OrderedDict(ctx=prompt, token_prefix=table[:, :1, :], token_suffix=table[:, 4:, :])
    for name, older in [("checkpoint", False), ("older", True)]:
        save(state, f"{folder}/{name}.pth.tar", older=older)
    kinds = {
        "half": torch.float16, "brain": torch.bfloat16, "double": torch.float64, "long": torch.int64, "bool": torch.bool,
    }
    torch.save(
        {name: torch.tensor([1, -2, 0]).to(kind) for name, kind in kinds.items()}
        | {"turned": prompt.t(), "scalar": torch.tensor(2.5), "nothing": torch.zeros(0, 4), "word": "hello"},
        f"{folder}/kinds.pth",
    )

    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(prompt.clone())

        def forward(self, x):
            return x @ self.weight

    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(Inner())
            self.scale = nn.Parameter(torch.tensor(0.5))

        def forward(self, x):
            return self.blocks(x) * self.scale

    torch.jit.trace(Outer(), torch.zeros(1, 3)).save(f"{folder}/script.pt")


if __name__ == "__main__":
    module = types.ModuleType("dassl.optim.lr_scheduler")
    module.ConstantWarmupScheduler = ConstantWarmupScheduler
    sys.modules |= {"dassl": types.ModuleType("dassl"), "dassl.optim": types.ModuleType("dassl.optim")}
    sys.modules["dassl.optim.lr_scheduler"] = module
    ConstantWarmupScheduler.__module__ = "dassl.optim.lr_scheduler"
    os.makedirs(sys.argv[2], exist_ok=True)
    {"samples": samples, "write": write, "check": check}[sys.argv[1]](sys.argv[2])
