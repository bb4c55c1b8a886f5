#!/usr/bin/env bash
# A comparison that is killed at random moments, and one that three processes share, end with the results of one that nobody
# disturbed, byte for byte. SEEDS (3 unless given) times 4 runs; KILLS (5 unless given); TUNE (2 unless given) times 4 trials of
# learning rates before. `SEEDS=15 KILLS=10 TUNE=0` are 60 runs and 10 kills.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache
rpp=$root/.build/release/rpp
compare() {
  "$rpp" compare --protocol base-to-new --tasks world:shapes@sketch \
    --structures coop:contextLength=4,maple:initialization=warm,contextLength=2 \
    --supervisions hard-label,hard-label+soft-label-kd:weight=0.5,template=domain \
    --shots 2 --epochs 10 --seeds "1-${SEEDS:-3}" --tune "${TUNE:-2}" --baselines linear-probe:start=zero-shot --out "$1"
}
began=$SECONDS
compare "$work/whole" >"$work/whole.log" 2>&1 || { cat "$work/whole.log"; exit 1; }
took=$((SECONDS - began))
echo "undisturbed: $(find "$work/whole/runs" -name cell.json | wc -l) runs in $took s"

killed=0
for _ in $(seq "${KILLS:-5}"); do
  compare "$work/killed" >"$work/killed.log" 2>&1 &
  process=$!
  # From nothing to a good part of what is left.
  sleep "$(awk -v took="$took" -v kills="${KILLS:-5}" -v r=$RANDOM 'BEGIN { print 0.2 + r / 32768 * 2 * took / kills }')"
  if kill -KILL $process 2>/dev/null; then killed=$((killed + 1)); fi
  wait $process 2>/dev/null || true
done
[ "$killed" -gt 0 ]
compare "$work/killed" >"$work/killed.log" 2>&1 || { cat "$work/killed.log"; exit 1; }
for file in results.csv comparisons.csv; do cmp "$work/whole/$file" "$work/killed/$file"; done
echo "killed $killed times: the same results"

pids=()
for number in 1 2 3; do
  compare "$work/shared" >"$work/shared-$number.log" 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || { cat "$work"/shared-*.log; exit 1; }; done
for file in results.csv comparisons.csv; do cmp "$work/whole/$file" "$work/shared/$file"; done
echo "shared by 3 processes: the same results"
