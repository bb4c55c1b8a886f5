#!/usr/bin/env bash
# The first Swift block of the README is a whole program: compiled and run as it stands there, in a package of its own that
# depends on the product RPP alone, which brings neither Yams, ArgumentParser nor GSL along.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RPP_CACHE=$work/cache
mkdir -p "$work/ten-lines/Sources/TenLines"
cat >"$work/ten-lines/Package.swift" <<MANIFEST
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "TenLines",
  dependencies: [.package(name: "RPP", path: "$root")],
  targets: [.executableTarget(name: "TenLines", dependencies: [.product(name: "RPP", package: "RPP")])],
  swiftLanguageModes: [.v6]
)
MANIFEST
sed -n '/^```swift$/,/^```$/{/^```swift$/d;/^```$/q;p}' "$root/README.md" >"$work/ten-lines/Sources/TenLines/main.swift"
build=(-c release --package-path "$work/ten-lines" --scratch-path "$root/.build/ten-lines")
swift build "${build[@]}" 2>&1 | tee "$work/log"
if grep -q "main.swift.*warning:" "$work/log"; then echo "the README's program: warnings"; exit 1; fi
program=$root/.build/ten-lines/release/TenLines
if nm "$program" | grep -qE ' T (gsl_|yaml_parser)|ArgumentParser'; then
  echo "the product RPP links GSL, Yams or ArgumentParser"; exit 1
fi
(cd "$work" && "$program" | tee first && "$program" >second && cmp first second)
[ -f "$work/runs/first/final.safetensors" ]
echo "the README's program: built, run, and run again to the same output"
