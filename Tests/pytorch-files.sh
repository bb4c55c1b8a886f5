#!/usr/bin/env bash
# Files of PyTorch's, with PyTorch itself: it writes a CLIP as TorchScript and as a state dict, and a checkpoint of every method as the
# published code saves it; rpp reads them, and writes checkpoints that torch.load(weights_only=True) reads as the same, bit for bit.
# A pickle that would run code runs none. PyTorch goes into an environment under .build, or PYTHON names one that has it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rpp=${RPP:-$root/.build/release/rpp}
if [ -z "${PYTHON:-}" ]; then
  make -s -C "$root" .build/benchmark-venv/ready
  PYTHON=$root/.build/benchmark-venv/bin/python
fi
script=$root/Tests/pytorch-files.py
"$PYTHON" "$script" write "$work"

checksum() { "$rpp" backbone info "$1" --json | sed -n 's/.*"checksum" : "\(.*\)",/\1/p'; }
for pair in "script.pt plain.safetensors" "state.pt plain.safetensors" "half.pt half.safetensors"; do
  read -r ours reference <<<"$pair"
  found=$(checksum "$work/$ours")
  [ -n "$found" ] && [ "$found" = "$(checksum "$work/$reference")" ] || { echo "$ours is another CLIP than $reference"; exit 1; }
  echo "$ours: the weights of $reference"
done

while read -r name method; do
  classes=()
  [ "$name" != classes ] || classes=(--class-names-file "$work/classes.txt")
  "$rpp" prompts import "$work/$name.pth.tar" --method "$method" --backbone "$work/state.pt" "${classes[@]}" \
    --out "$work/$name.safetensors"
  "$rpp" prompts show "$work/$name.safetensors" --backbone "$work/state.pt" >"$work/shown"
  grep -q norm "$work/shown"
  "$rpp" prompts export "$work/$name.safetensors" --out "$work/$name.out.pth.tar" >/dev/null
done <"$work/methods"
"$PYTHON" "$script" check "$work"

# What would make a file here if anything in it were called.
"$PYTHON" - "$work" <<'PYTHON'
import os
import pickle
import sys

import torch


class Evil:
    def __reduce__(self):
        return os.system, (f"touch {sys.argv[1]}/called",)


torch.save({"state_dict": {"ctx": torch.ones(2, 64), "x": Evil()}}, f"{sys.argv[1]}/evil.pth.tar")
torch.save({"ctx": Evil()}, f"{sys.argv[1]}/older-evil.pth.tar", _use_new_zipfile_serialization=False)
PYTHON
for name in evil older-evil; do
  for command in "prompts import $work/$name.pth.tar --method coop --backbone $work/state.pt --out $work/none.safetensors" \
    "backbone info $work/$name.pth.tar"; do
    status=0
    # shellcheck disable=SC2086  # words
    "$rpp" $command 2>"$work/message" || status=$?
    [ "$status" = 1 ] && [ "$(wc -l <"$work/message")" = 1 ] && grep -q 'asks for "posix.system"' "$work/message" ||
      { echo "$name.pth.tar:"; cat "$work/message"; exit 1; }
  done
  [ ! -e "$work/called" ] && [ ! -e "$work/none.safetensors" ] || { echo "$name.pth.tar did something"; exit 1; }
done
echo "pickles that would run code are refused"
