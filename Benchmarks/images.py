"""How many images a second RPP decodes and prepares for a CLIP, beside torchvision's transform on Pillow.

images.py FOLDER [--rounds 3] [--rpp .build/release/rpp]
The same threads for both: RPP's own, and as many worker processes of PyTorch's DataLoader. Rounds take turns.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode

PREPARED = transforms.Compose([
    transforms.Resize(224, interpolation=InterpolationMode.BICUBIC), transforms.CenterCrop(224),
    lambda image: image.convert("RGB"), transforms.ToTensor(),
    transforms.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))])


class Files(torch.utils.data.Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return PREPARED(Image.open(self.paths[index]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rpp", default=".build/release/rpp")
    options = parser.parse_args()
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    threads = int(os.environ.get("RPP_NUM_THREADS") or len(os.sched_getaffinity(0)))
    torch.set_num_threads(1)
    loader = torch.utils.data.DataLoader(Files(paths), batch_size=64, num_workers=threads, persistent_workers=True)
    for _ in loader:  # the workers start, and the files come into memory
        pass
    command = [options.rpp, "benchmark", "--json", "--steps", "1", "--images", str(options.folder)]
    ours, theirs = [], []
    for _ in range(options.rounds):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        ours.append(json.loads(done.stdout)["imagesPerSecond"])
        start = time.perf_counter()
        for _ in loader:
            pass
        theirs.append(len(paths) / (time.perf_counter() - start))
    print(
        f"{len(paths)} images, {threads} threads: RPP {statistics.median(ours):.0f} images/s, torchvision on Pillow "
        f"{statistics.median(theirs):.0f}: {statistics.median(ours) / statistics.median(theirs):.1f} times "
        f"({min(a / b for a, b in zip(ours, theirs)):.1f} to {max(a / b for a, b in zip(ours, theirs)):.1f})")


if __name__ == "__main__":
    main()
