#!/usr/bin/env bash
# fuzz.sh check [TARGET …]      runs every kept input once
# fuzz.sh grow [TARGET …]       looks for new ones: FUZZ_SECONDS each (60), or FUZZ_RUNS inputs where that is set
# fuzz.sh keep [TARGET …]       adds to Corpus/ the fewest of them that reach all code that any of them does
# Without a target, all. What is found lies in .build-fuzz/findings, named by target; run it again with
#   FUZZ_FOLDER=/dev/shm FUZZ_TARGET=TARGET .build-fuzz/release/Fuzz FILE
set -euo pipefail
cd "$(dirname "$0")"
mode=$1
shift
[ $# -gt 0 ] || set -- $(cd Corpus && ls)

folder=$(mktemp -d -p /dev/shm rpp-fuzz.XXXXXX)
trap 'rm -rf "$folder"' EXIT
mkdir -p .build-fuzz/findings
# One thread, so that an input always does the same. Memory is not traced back to who took it: twice as fast, and a
# finding is run again anyway.
export FUZZ_FOLDER=$folder RPP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=0:quarantine_size_mb=8:max_malloc_fill_size=0
# Swift's own report of a crash may wait for a debugger for ever.
export SWIFT_BACKTRACE=enable=no
limits="-timeout=5 -detect_leaks=0 -rss_limit_mb=2048 -malloc_limit_mb=1024"

found=0
for target in "$@"; do
  export FUZZ_TARGET=$target
  grown=.build-fuzz/corpus/$target
  log=.build-fuzz/$target.log
  finding="-artifact_prefix=.build-fuzz/findings/$target-"
  mkdir -p "$grown"
  case $mode in
    check) .build-fuzz/release/Fuzz $limits $finding -runs=0 "Corpus/$target" 2>"$log" || found=1 ;;
    grow)
      length=4096
      [ "$target" = tokenizer ] && length=512
      amount=-max_total_time=${FUZZ_SECONDS:-60}
      [ -z "${FUZZ_RUNS:-}" ] || amount=-runs=$FUZZ_RUNS
      nice -n 10 .build-fuzz/release/Fuzz $limits $finding $amount -max_len=$length -print_final_stats=1 \
        "$grown" "Corpus/$target" 2>"$log" || found=1 ;;
    keep)
      .build-fuzz/release/Fuzz $limits -set_cover_merge=1 -use_counters=0 "Corpus/$target" "$grown" 2>"$log" ;;
  esac
  echo "$target: $(grep -E '^#[0-9]+.*(INITED|DONE)' "$log" | tail -1)"
  grep -E '^(SUMMARY|Fatal|.*Fatal error|.*ERROR:)' "$log" | sed 's/^/  /' || true
done
exit $found
