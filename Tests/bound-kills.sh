#!/usr/bin/env bash
# A sweep of λ that is killed at random moments, one that two processes share, and one on a single thread end with the results of
# one that nobody disturbed, byte for byte. KILLS (4 unless given), DRAWS (6 unless given). `DRAWS=20 KILLS=10` takes some minutes.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache
rpp=$root/.build/release/rpp
bound() {
  "$rpp" bound --structure coop:contextLength=2 --task world:shapes@blurry --lambdas 0,0.3,3,inf --sizes 8,16 \
    --draws "${DRAWS:-6}" --pilots 2 --sign-pairs 2 --budget 30 --other-budgets 10 --held-out 200 --pac-bayes 5 --delta 0.2 --out "$1"
}
same() { for file in draws.csv curves.csv; do cmp "$work/whole/$file" "$1/$file"; done; }
began=$SECONDS
bound "$work/whole" >"$work/whole.log" 2>&1 || { cat "$work/whole.log"; exit 1; }
took=$((SECONDS - began))
echo "undisturbed: $(wc -l <"$work/whole/draws.csv") lines in draws.csv after $took s"

RPP_NUM_THREADS=1 bound "$work/one" >"$work/one.log" 2>&1 || { cat "$work/one.log"; exit 1; }
same "$work/one"
echo "one thread: the same results"

killed=0
for _ in $(seq "${KILLS:-4}"); do
  bound "$work/killed" >"$work/killed.log" 2>&1 &
  process=$!
  sleep "$(awk -v took="$took" -v kills="${KILLS:-4}" -v r=$RANDOM 'BEGIN { print 0.2 + r / 32768 * 2 * took / kills }')"
  if kill -KILL $process 2>/dev/null; then killed=$((killed + 1)); fi
  wait $process 2>/dev/null || true
done
[ "$killed" -gt 0 ]
bound "$work/killed" >"$work/killed.log" 2>&1 || { cat "$work/killed.log"; exit 1; }
same "$work/killed"
echo "killed $killed times: the same results"

pids=()
for number in 1 2; do
  bound "$work/shared" >"$work/shared-$number.log" 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || { cat "$work"/shared-*.log; exit 1; }; done
same "$work/shared"
echo "shared by 2 processes: the same results"

# Several learned tensors: sums over them must not follow the order of a dictionary, which is another in every process.
several() {
  "$rpp" bound --structure ivlp:contextLength=1 --task world:shapes@blurry --lambdas 1,inf --sizes 8 --draws 2 --pilots 1 \
    --sign-pairs 0 --budget 5 --other-budgets 0 --held-out 24 --pac-bayes 2 --delta 0.2 --out "$1"
}
for number in 1 2 3; do several "$work/several-$number" >"$work/several.log" 2>&1 || { cat "$work/several.log"; exit 1; }; done
for number in 2 3; do
  for file in draws.csv curves.csv; do cmp "$work/several-1/$file" "$work/several-$number/$file"; done
done
echo "several learned tensors: the same results in three processes"
