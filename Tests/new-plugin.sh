#!/usr/bin/env bash
# A plugin of one's own from the command to learned prompts: generates a structure and a supervision, builds them, runs their
# tests, trains each for a few steps and evaluates it.
# Each is built in a folder of its own under .build: packages that share one take each other's plan for theirs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
export RPP_CACHE=$work/cache
trap 'rm -rf "$work"' EXIT
began=$SECONDS

swift build -c release --package-path "$root" --product rpp

# try KIND TYPE NAME TRAINING-OPTIONS…
try() {
  local kind=$1 type=$2 name=$3 package=$work/$3
  shift 3
  "$root/.build/release/rpp" new-plugin "$type" --kind "$kind" --path "$root" --out "$package"
  swift format lint --strict --recursive "$package"
  # Warnings are errors: of the example, its executable and its test.
  local build=(-c release --package-path "$package" --scratch-path "$root/.build/new-plugin/$name")
  swift build "${build[@]}" --build-tests 2>&1 | tee "$work/log"
  if grep -q "warning:.*$type\|$package.*warning:" "$work/log"; then echo "$name: warnings"; exit 1; fi
  swift test "${build[@]}" --skip-build
  # So named in its own command line, and trained by it.
  local tool=$root/.build/new-plugin/$name/release/$name
  "$tool" plugins "$name" --json | grep -q "\"name\" : \"$name\""
  "$tool" --help | grep -q "USAGE: $name "
  "$tool" train --task world:shapes@sketch --classes base --shots 2 --epochs 3 --seed 1 --out "$work/run-$name" "$@"
  grep -q "$name" "$work/run-$name/run.json"
  [ "$(wc -l <"$work/run-$name/metrics.jsonl")" = 3 ]
  "$tool" evaluate --run "$work/run-$name" --classes new
}

# compare NAME STRUCTURES SUPERVISIONS: the plugin stands in a comparison like any other.
compare() {
  local tool=$root/.build/new-plugin/$1/release/$1 out=$work/study-$1
  "$tool" compare --tasks world:shapes@sketch --structures "$2" --supervisions "$3" --shots 1 --epochs 2 --seeds 1,2 \
    --out "$out"
  [ "$(find "$out/runs" -name cell.json | wc -l)" = 4 ]
  grep -q "$1" "$out/results.csv"
  grep -q "$1" "$out/comparisons.csv"
}

try structure StripedPrompt striped-prompt --structure striped-prompt:stripes=2
try supervision ConfidencePenalty confidence-penalty --structure coop:contextLength=2 \
  --supervision hard-label+confidence-penalty:weight=0.2

compare striped-prompt coop:contextLength=2,striped-prompt:stripes=2 hard-label
compare confidence-penalty coop:contextLength=2 hard-label,hard-label+confidence-penalty:weight=0.2

# And in a sweep of λ.
"$root/.build/new-plugin/striped-prompt/release/striped-prompt" bound --structure striped-prompt:stripes=2 \
  --task world:shapes@blurry --lambdas 0,1,inf --sizes 6 --draws 2 --pilots 1 --sign-pairs 0 --budget 5 \
  --other-budgets 0 --held-out 24 --delta 0.5 --out "$work/bound"
[ "$(grep -c striped-prompt "$work/bound/draws.csv")" = 6 ]

# The rpp of this checkout knows neither.
if "$root/.build/release/rpp" plugins striped-prompt 2>/dev/null; then echo "striped-prompt is in rpp"; exit 1; fi
echo "new plugins: generated, built, tested and trained in $((SECONDS - began)) s"
