#!/usr/bin/env bash
# The README's "Your own CLIP and images", word by word, with CLIPs of full ViT-B/16 size as transformers and OpenCLIP write them: their
# features agree with both libraries to 1e-4, and a comparison comes out at the end. The packages go into an environment under
# .build, 6 GB with PyTorch's; PYTHON=PATH takes one that has them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache
python=${PYTHON:-$root/.build/hubs-venv/bin/python}
if [ -z "${PYTHON:-}" ] && [ ! -f "$root/.build/hubs-venv/ready" ]; then
  python3 -m venv "$root/.build/hubs-venv"
  "$python" -m pip install --quiet --disable-pip-version-check torch==2.15.0 transformers==5.24.0 open_clip_torch==3.3.0
  touch "$root/.build/hubs-venv/ready"
fi
export PATH="$root/.build/release:$PATH" HF_HUB_OFFLINE=1

"$python" "$root/Tests/hubs.py" make "$work"
cd "$work"
for hub in hugging-face open-clip; do
  rpp features --backbone $hub --images pets/test --texts texts.txt --out $hub.safetensors
done
"$python" "$root/Tests/hubs.py" check "$work"

# The commands of the README between the section's heading and the next, with its placeholders filled in.
commands=$(sed -n '/^## Your own CLIP/,/^## /{/^```sh/,/^```/{/^```/!p}}' "$root/README.md")
for hub in hugging-face open-clip; do
  mkdir "$work/$hub-run"
  (
    cd "$work/$hub-run"
    ln -s ../pets pets
    cp pets/test/beagle/1.png new-image.jpg
    set -x
    eval "$(sed -e "s#PATH/TO/CLIP#../$hub#g" -e 's#--shots 16#--shots 2 --epochs 2#g' <<<"$commands")"
  ) 2>&1 | tee "$work/$hub.log"
  grep -q 'coop .*hard-label' "$work/$hub.log" || { echo "$hub: no comparison came out"; exit 1; }
done
