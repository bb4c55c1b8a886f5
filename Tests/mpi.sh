#!/usr/bin/env bash
# Training over MPI: 1, 2 and 4 ranks end where one process does, to rounding; a killed rank ends the job, which goes on with another
# number of ranks; mistakes are said once; processes of mpirun share the cells of a comparison and the features of a task.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache
# In a container everybody is root, and there may be fewer cores than ranks.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none
make -C "$root" build
make -C "$root" mpi
rpp=$root/.build/release/rpp-mpi

# train OUT COMMAND…: trains by what stands in front of rpp-mpi.
train() {
  local out=$1
  shift
  "$@" "$rpp" train --task world:shapes@blurry --structure maple --shots 4 --epochs 20 --seed 3 \
    --supervision hard-label+soft-label-kd:weight=1,teacher=embedded:teacher --out "$out"
}
train "$work/alone" env >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
for ranks in 1 2 4; do
  train "$work/ranks-$ranks" mpirun -n $ranks >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  # One report, whatever the number of ranks.
  [ "$(grep -c 'prompts in' "$work/log")" = 1 ]
  python3 - "$work" $ranks <<'PYTHON'
import json, sys
work, ranks = sys.argv[1], int(sys.argv[2])
alone, shared = (json.load(open(f"{work}/{name}/result.json")) for name in ("alone", f"ranks-{ranks}"))
assert (alone["ranks"], shared["ranks"]) == (1, ranks)
def numbers(result):
    return [result["terms"][name] for name in sorted(result["terms"])] + [
        result["training"]["crossEntropy"], result["tests"][0]["prompt"]["crossEntropy"]]
apart = max(abs(a - b) for a, b in zip(numbers(alone), numbers(shared)))
print(f"{ranks} ranks: losses are {apart:.1e} apart from those of one process")
assert apart < (1e-9 if ranks == 1 else 1e-3)
PYTHON
done

# Killed while it learns.
train "$work/killed" mpirun -n 4 >"$work/log" 2>&1 &
job=$!
until [ -e "$work/killed/checkpoint.safetensors" ] || [ -e "$work/killed/final.safetensors" ]; do sleep 0.05; done
pkill -KILL -n -f "rpp-mpi train" || true
if wait $job; then echo "the job ended before its rank was killed"; else grep -q "non-zero\|signal 9" "$work/log"; fi
train "$work/killed" mpirun -n 2 >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
grep -q '"ranks" : 2' "$work/killed/result.json"
echo "a job whose rank was killed goes on with another number of ranks"

# Mistakes end the job with their status, and are said once.
for arguments in "--task world:nothing --structure coop" "--task world:shapes --structure nothing"; do
  status=0
  # shellcheck disable=SC2086
  mpirun -n 2 "$rpp" train $arguments --out "$work/wrong" >"$work/log" 2>&1 || status=$?
  [ $status = 2 ] || { cat "$work/log"; exit 1; }
  [ "$(grep -c '^rpp-mpi' "$work/log")" = 1 ] || { cat "$work/log"; exit 1; }
done

status=0
mpirun -n 2 "$root/.build/release/rpp" train --task world:shapes --structure coop --out "$work/wrong" >"$work/log" 2>&1 || status=$?
[ $status = 2 ] && grep -q "rpp-mpi, which make mpi builds" "$work/log" || { cat "$work/log"; exit 1; }

study=(compare --tasks world:shapes@blurry --structures coop:contextLength=2,vpt --shots 1 --epochs 2 --seeds 1,2)
mpirun -n 2 "$rpp" "${study[@]}" --out "$work/shared" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
[ "$(grep -c 'The report is' "$work/log")" = 1 ]
"$rpp" "${study[@]}" --out "$work/whole" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cmp "$work/whole/results.csv" "$work/shared/results.csv"
mpirun -n 2 "$rpp" features --task world:shapes --out "$work/features" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$rpp" features --task world:shapes --out "$work/features" | grep -q ", 0 of them computed now"
echo "a comparison and the features of a task are shared by the processes of mpirun"
