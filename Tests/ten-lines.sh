#!/usr/bin/env bash
# The first Swift block of the README, and those of the articles on comparisons and on Theorem 1, are whole programs: compiled and
# run as they stand there, in a package of its own each. The README's depends on the product RPP alone, which brings neither Yams, ArgumentParser
# nor GSL along.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache

# program NAME FILE PRODUCT…: builds the file's first Swift block, runs it twice, and compares what it prints.
program() {
  local name=$1 file=$2 products=""
  shift 2
  for product in "$@"; do products+=".product(name: \"$product\", package: \"RPP\"),"; done
  mkdir -p "$work/$name/Sources/$name"
  cat >"$work/$name/Package.swift" <<MANIFEST
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "$name",
  dependencies: [.package(name: "RPP", path: "$root")],
  targets: [.executableTarget(name: "$name", dependencies: [$products])],
  swiftLanguageModes: [.v6]
)
MANIFEST
  sed -n '/^```swift$/,/^```$/{/^```swift$/d;/^```$/q;p}' "$file" >"$work/$name/Sources/$name/main.swift"
  local build=(-c release --package-path "$work/$name" --scratch-path "$root/.build/ten-lines")
  swift build "${build[@]}" 2>&1 | tee "$work/log"
  if grep -q "main.swift.*warning:" "$work/log"; then echo "the program of $file: warnings"; exit 1; fi
  built=$root/.build/ten-lines/release/$name
  (cd "$work/$name" && "$built" | tee first && "$built" >second && cmp first second)
  echo "the program of $file: built, run, and run again to the same output"
}

program TenLines "$root/README.md" RPP
if nm "$built" | grep -qE ' T (gsl_|yaml_parser)|ArgumentParser'; then
  echo "the product RPP links GSL, Yams or ArgumentParser"; exit 1
fi
[ -f "$work/TenLines/runs/first/final.safetensors" ]

program Comparison "$root/Sources/RPP/RPP.docc/CompareMethods.md" RPP RPPAnalysis
[ -f "$work/Comparison/studies/first/report.html" ] && [ -f "$work/Comparison/studies/first/comparisons.csv" ]

program BoundCurves "$root/Sources/RPP/RPP.docc/BoundCurves.md" RPPAnalysis
[ -f "$work/BoundCurves/bounds/gaussian/report.html" ] && [ -f "$work/BoundCurves/bounds/gaussian/curves.csv" ]
