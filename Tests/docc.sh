#!/usr/bin/env bash
# The documentation of the library products, built by the toolchain's docc into .build/docc; any warning fails. The products must
# be built (make docc does it). RPP exports other modules: their symbols are documented as its own, as `import RPP` gives them.
set -euo pipefail
cd "$(dirname "$0")/.."
built=.build/release
out=.build/docc
exported=$(sed -n 's/^@_exported import //p' Sources/RPP/RPP.swift | paste -sd,)
target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p')
maps=$(printf -- '-Xcc -fmodule-map-file=%s ' Sources/*/module.modulemap "$built"/*.build/module.modulemap \
  .build/checkouts/*/Sources/*/include/module.modulemap)
rm -rf "$out"

# document MODULE [CATALOG]
document() {
  local module=$1
  shift
  mkdir -p "$out/symbols/$module"
  # shellcheck disable=SC2086  # a list of options
  swift symbolgraph-extract -module-name "$module" -target "$target" -I "$built/Modules" $maps \
    -minimum-access-level public -skip-inherited-docs -skip-synthesized-members \
    -experimental-allowed-reexported-modules="$exported" -output-dir "$out/symbols/$module"
  docc convert "$@" --additional-symbol-graph-dir "$out/symbols/$module" --fallback-display-name "$module" \
    --warnings-as-errors --output-path "$out/$module.doccarchive"
}

document RPP Sources/RPP/RPP.docc
document RPPCommandLine
document RPPConformance
# What is linked to was found: the index of a program that learns a prompt is there.
for page in run learnedprompt coop runfolder; do
  [ -f "$out/RPP.doccarchive/data/documentation/rpp/$page.json" ] || { echo "docc: no page $page"; exit 1; }
done
echo "documentation: $out/RPP.doccarchive, RPPCommandLine.doccarchive and RPPConformance.doccarchive, no warnings"
