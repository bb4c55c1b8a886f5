"""Whether the PyTorch steps that are timed compute what the published code computes.

The golden values are those that RPP's own tests hold it to (Tests/Fixtures/parity): logits, the losses of three steps,
gradients, and the prompts after the steps, on one small CLIP. So both sides of the timing are pinned to one function.
"""

import json
import struct
import sys
from pathlib import Path

import torch

from clip_step import CLIP, Geometry, PublishedCoOp, PublishedMaPLe, Tower, TunedCoOp, sgd, step

FIXTURES = Path(__file__).resolve().parent.parent / "Tests/Fixtures/parity"
TOLERANCE = 1e-5


def read(name):
    """Tensors and metadata of a safetensors file; no library is needed for that."""
    data = (FIXTURES / f"{name}.safetensors").read_bytes()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    types = {"F32": torch.float32, "I32": torch.int32}
    tensors = {}
    for key, entry in header.items():
        start, end = entry["data_offsets"]
        bytes_ = bytearray(data[8 + length + start:8 + length + end])
        tensors[key] = torch.frombuffer(bytes_, dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def golden_clip():
    weights, sizes = read("backbone")
    sizes = {key: int(value) for key, value in sizes.items() if value.isdigit()}
    text, vision = (Tower(sizes[f"{side}Width"], sizes["layers"], sizes[f"{side}Heads"]) for side in ("text", "vision"))
    clip = CLIP(Geometry(
        text, vision, sizes["embedDim"], sizes["context"], sizes["vocabulary"], sizes["patch"], sizes["image"]))
    clip.load_state_dict(weights)
    return clip


def check(name, fixture, make):
    """The largest difference from the golden values, relative to the largest entry of each."""
    golden, metadata = read(fixture)
    values = lambda kind: {
        key.removeprefix(f"{kind}.prompt_learner."): value for key, value in golden.items() if key.startswith(f"{kind}.")}
    images, labels = golden["image"], golden["label"].long()
    prompted = make(golden["tokens"].long(), int(metadata["nCtx"]), int(metadata.get("depth", 1)), images)
    prompted.load_state_dict(values("param"))
    found = {"logits": (prompted(images), golden["expect.logits"])}
    optimizer = sgd(prompted, rate=0.002)
    losses = []
    for index in range(3):
        losses.append(step(prompted, optimizer, images, labels))
        if index == 0:
            gradients = {key: parameter.grad.clone() for key, parameter in prompted.named_parameters()}
    found["losses"] = torch.tensor(losses), golden["expect.loss"]
    for key, expected in values("expect.grad").items():
        found[f"gradient of {key}"] = gradients[key], expected
    for key, expected in values("expect.after3").items():
        found[f"{key} after three steps"] = prompted.state_dict()[key], expected
    worst = 0.0
    for quantity, (value, expected) in found.items():
        difference = ((value - expected).abs().max() / expected.abs().max()).item()
        if not difference <= TOLERANCE:
            sys.exit(f"check_against_golden.py: {name}: {quantity} differs from {fixture}.safetensors by {difference:.1e}")
        worst = max(worst, difference)
    print(f"{name}: {len(found)} quantities agree with {fixture}.safetensors to {worst:.1e}")


def main():
    clip = golden_clip()
    check("published CoOp", "coop_end", lambda tokens, n, depth, images: PublishedCoOp(clip, tokens, n))
    check("published MaPLe", "maple", lambda tokens, n, depth, images: PublishedMaPLe(clip, tokens, n, depth))
    check("tuned CoOp", "coop_end", lambda tokens, n, depth, images: TunedCoOp(clip, tokens, n, images))


if __name__ == "__main__":
    main()
