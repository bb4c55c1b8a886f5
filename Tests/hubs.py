"""CLIPs of full ViT-B/16 size with random weights, as transformers and OpenCLIP write them, and what both compute with them.

hubs.py make DIR      DIR/hugging-face, DIR/open-clip, DIR/pets (images by class) and DIR/texts.txt
hubs.py check DIR     compares DIR/hugging-face.safetensors and DIR/open-clip.safetensors, written by `rpp features`
"""

import gzip
import json
import pathlib
import sys

import numpy
import open_clip
import torch
import transformers
from open_clip.tokenizer import HFTokenizer, default_bpe
from PIL import Image, ImageDraw
from safetensors import safe_open

TEXTS = ["a photo of a cat.", "Two DOGS, running on the beach", "naïve café – 12 km/h", "a \"sketch\" of an aeroplane"]


def tokenizer_files(folder):
    """vocab.json and merges.txt of CLIP, from the merges that open_clip brings."""
    merges = gzip.open(default_bpe()).read().decode().split("\n")[1 : 49152 - 256 - 2 + 1]
    letters = list(open_clip.tokenizer.bytes_to_unicode().values())
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(merge.split()) for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return transformers.CLIPTokenizer.from_pretrained(folder)


def make(root):
    torch.manual_seed(1)
    tokenizer = tokenizer_files(root / "tokenizer")

    configuration = transformers.CLIPConfig(
        text_config={"eos_token_id": 49407, "bos_token_id": 49406}, vision_config={"patch_size": 16})
    model = transformers.CLIPModel(configuration)
    # Sharded, and with the tokenizer's files in whatever form this version of transformers writes.
    model.save_pretrained(root / "hugging-face", max_shard_size="200MB")
    tokenizer.save_pretrained(root / "hugging-face")
    transformers.CLIPImageProcessor().save_pretrained(root / "hugging-face")

    model = open_clip.create_model("ViT-B-16")
    from open_clip.push_to_hf_hub import save_for_hf

    save_for_hf(
        model, HFTokenizer(str(root / "hugging-face")), open_clip.get_model_config("ViT-B-16"), root / "open-clip",
        safe_serialization=True)

    random = numpy.random.default_rng(1)
    for name, color in [("tabby cat", (200, 120, 40)), ("beagle", (90, 60, 30)), ("parrot", (20, 160, 60)),
                        ("goldfish", (240, 120, 0))]:
        for split, count in [("train", 2), ("test", 3)]:
            folder = root / "pets" / split / name
            folder.mkdir(parents=True)
            for index in range(count):
                width, height = (int(side) for side in random.integers(180, 400, 2))
                pixels = random.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=numpy.uint8)
                image = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
                ImageDraw.Draw(image).ellipse([width // 4, height // 4, width * 3 // 4, height * 3 // 4], fill=color)
                image.save(folder / f"{index}.{'png' if index else 'jpg'}")
    (root / "texts.txt").write_text("".join(text + "\n" for text in TEXTS))


def images(root):
    paths = sorted((path.relative_to(root) for path in (root / "pets" / "test").rglob("*.*")), key=bytes)
    return [str(path) for path in paths], [Image.open(root / path).convert("RGB") for path in paths]


def check_file(root, name, image_features, text_features):
    paths, _ = images(root)
    with safe_open(root / f"{name}.safetensors", "pt") as file:
        assert json.loads(file.metadata()["paths"]) == paths, file.metadata()["paths"]
        assert json.loads(file.metadata()["texts"]) == TEXTS
        for tensor, expected in [("image_features", image_features), ("text_features", text_features)]:
            found = file.get_tensor(tensor)
            expected = torch.nn.functional.normalize(expected.float(), dim=-1)
            assert found.shape == expected.shape and found.dtype == torch.float32, found.shape
            difference = (found - expected).abs().max().item()
            print(f"{name}: {tensor} {tuple(found.shape)} differ by at most {difference:.1e}")
            assert difference <= 1e-4, (name, tensor)


@torch.no_grad()
def check(root):
    _, pictures = images(root)
    # The processor of PIL: that of tensors resizes by another arithmetic.
    processor = transformers.AutoImageProcessor.from_pretrained(root / "hugging-face", backend="pil")
    tokenizer = transformers.AutoTokenizer.from_pretrained(root / "hugging-face")
    model = transformers.CLIPModel.from_pretrained(root / "hugging-face").eval()
    tokens = tokenizer(TEXTS, padding=True, return_tensors="pt")
    outputs = model(pixel_values=processor(pictures, return_tensors="pt")["pixel_values"], **tokens)
    check_file(root, "hugging-face", outputs.image_embeds, outputs.text_embeds)

    model, transform = open_clip.create_model_from_pretrained(f"local-dir:{root / 'open-clip'}")
    model.eval()
    tokens = open_clip.tokenize(TEXTS)
    check_file(
        root, "open-clip", model.encode_image(torch.stack([transform(picture) for picture in pictures])),
        model.encode_text(tokens))


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]).resolve())
