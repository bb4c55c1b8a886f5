#!/usr/bin/env bash
# What runs write for TensorBoard, read back by TensorBoard itself and compared with metrics.jsonl: a run that was left alone, and
# one that is killed again and again. The package goes into an environment under .build.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache
venv=$root/.build/tensorboard-venv
if [ ! -f "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check tensorboard==2.21.0
  touch "$venv/ready"
fi
rpp=${RPP:-$root/.build/release/rpp}

train() { # train FOLDER EPOCHS
  "$rpp" train --task world:shapes@sketch --structure coop:contextLength=2 --supervision hard-label+soft-label-kd \
    --classes base --shots 2 --epochs "$2" --seed 1 --validate-every 2 --out "$1" >/dev/null 2>&1
}

train "$work/runs/whole" 5
for _ in 1 2 3 4 5; do
  train "$work/runs/killed" 400 &
  sleep 0.$((RANDOM % 6 + 3))
  kill -9 $! 2>/dev/null || true
  wait $! 2>/dev/null || true
done
train "$work/runs/killed" 400

"$venv/bin/python" - "$work/runs" <<'PYTHON'
import json
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

runs = sys.argv[1]
for name, epochs in [("whole", 5), ("killed", 400)]:
    events = EventAccumulator(os.path.join(runs, name, "tensorboard"), size_guidance={"scalars": 0}).Reload()
    expected = {}
    with open(os.path.join(runs, name, "metrics.jsonl")) as lines:
        metrics = [json.loads(line) for line in lines]
    assert len(metrics) == epochs, len(metrics)
    for line in metrics:
        values = {"loss/total": line["loss"], "accuracy/training": line["accuracy"], "learning-rate": line["learningRate"]}
        values |= {f"loss/{term}": value for term, value in line["terms"].items()}
        if "validationAccuracy" in line:
            values["accuracy/validation"] = line["validationAccuracy"]
        for tag, value in values.items():
            expected.setdefault(tag, []).append((line["epoch"] + 1, value))
    assert set(events.Tags()["scalars"]) == set(expected), events.Tags()
    for tag, values in expected.items():
        found = [(event.step, event.value) for event in events.Scalars(tag)]
        assert [step for step, _ in found] == [step for step, _ in values], (name, tag)
        assert all(abs(a - b) <= 1e-6 * max(1, abs(b)) for (_, a), (_, b) in zip(found, values)), (name, tag)
    assert 2 <= len(expected["accuracy/validation"]) < epochs
    print(f"{name}: {len(expected)} scalars of {epochs} epochs as in metrics.jsonl")

# As `tensorboard --logdir runs` finds them.
found = sorted(EventMultiplexer().AddRunsFromDirectory(runs).Reload().Runs())
assert found == ["killed/tensorboard", "whole/tensorboard"], found
PYTHON
