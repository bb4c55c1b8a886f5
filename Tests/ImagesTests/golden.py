"""Values of torchvision and Pillow for AugmentationTests.

In a Python environment with `pip install torch==2.15.0 torchvision==0.29.2 pillow==13.0.0 safetensors numpy`:
python Tests/ImagesTests/golden.py Tests/ImagesTests/Resources/augmentation.safetensors
"""

import json
import os
import sys

import numpy as np
import torch
import torchvision.transforms.functional as F
from PIL import Image
from safetensors.numpy import save_file
from torchvision.transforms import RandomResizedCrop
from torchvision.transforms.autoaugment import _apply_op
from torchvision.transforms.functional import InterpolationMode

folder = os.path.dirname(os.path.abspath(__file__))
whole = Image.open(f"{folder}/Resources/color.png").convert("RGB")
part = whole.crop((6, 5, 22, 17))
images = {"whole": whole, "part": part}


def by_torchvision(name, magnitude, image=part):
    return _apply_op(image, name, magnitude, InterpolationMode.NEAREST, None)


# Each name is that of a case of ImageOperation with its value. torchvision adds 1 to the factors of colours itself.
for value in (0.3, -0.17, 0.07):
    images[f"shearX/{value}"] = by_torchvision("ShearX", value)
    images[f"shearY/{value}"] = by_torchvision("ShearY", value)
for value in (3.0, -5.0):
    images[f"translateX/{value}"] = by_torchvision("TranslateX", value)
    images[f"translateY/{value}"] = by_torchvision("TranslateY", value)
# By parts of a pixel, as Dassl does.
images["translateX/-2.7"] = part.transform(part.size, Image.AFFINE, (1, 0, 2.7, 0, 1, 0))
images["translateY/1.4"] = part.transform(part.size, Image.AFFINE, (1, 0, 0, 0, 1, -1.4))
for value in (30.0, -11.5, 5.0):
    images[f"rotate/{value}"] = by_torchvision("Rotate", value)
for value in (0.1, 0.73, 1.9):
    for case, name in (
        ("brightness", "Brightness"),
        ("color", "Color"),
        ("contrast", "Contrast"),
        ("sharpness", "Sharpness"),
    ):
        images[f"{case}/{value}"] = by_torchvision(name, value - 1)
for bits in (4, 7):
    images[f"posterize/{bits}"] = by_torchvision("Posterize", bits)
for threshold in (0.0, 99.5, 128.0):
    images[f"solarize/{threshold}"] = by_torchvision("Solarize", threshold)
images["invert/0"] = by_torchvision("Invert", 0.0)
images["autocontrast/0"] = by_torchvision("AutoContrast", 0.0)
# Only of more than 255 pixels does it change anything.
images["equalize/0"] = by_torchvision("Equalize", 0.0, whole)
images["flip/0"] = F.hflip(part)

# Crops of the whole image, as x, y, width, height and side. Pillow 13 begins with the vertical pass where the height loses more
# than twice as many pixels as the width; these are none of them.
for x, y, width, height, side in ((3, 2, 20, 15, 12), (0, 0, 29, 22, 16), (11, 7, 6, 8, 14), (28, 21, 1, 1, 5)):
    crop = F.resized_crop(whole, y, x, height, width, [side, side], InterpolationMode.BICUBIC, antialias=True)
    passes = whole.crop((x, y, x + width, y + height)).resize((side, height), Image.BICUBIC)
    assert np.array_equal(crop, passes.resize((side, side), Image.BICUBIC))
    images[f"crop/{x},{y},{width},{height},{side}"] = crop


def windows():
    """The windows that RandomResizedCrop takes, with the numbers that it drew for each."""
    uniform, below = torch.Tensor.uniform_, torch.randint
    found = []
    for number, (width, height) in enumerate([(500, 375), (375, 500), (64, 64), (900, 60), (50, 700), (3, 2)] * 3):
        torch.manual_seed(number)
        drawn = []

        def uniform_(tensor, *limits):
            result = uniform(tensor, *limits)
            drawn.append(result.item())
            return result

        def randint(*arguments, **others):
            result = below(*arguments, **others)
            drawn.append(result.item())
            return result

        torch.Tensor.uniform_, torch.randint = uniform_, randint
        y, x, rows, columns = RandomResizedCrop.get_params(
            Image.new("RGB", (width, height)), [0.08, 1.0], [3 / 4, 4 / 3]
        )
        torch.Tensor.uniform_, torch.randint = uniform, below
        found.append({"image": [width, height], "drawn": drawn, "window": [x, y, columns, rows]})
    return found


save_file(
    {name: np.array(image, np.uint8) for name, image in images.items()},
    sys.argv[1],
    metadata={"windows": json.dumps(windows())},
)
