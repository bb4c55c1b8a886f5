#!/usr/bin/env bash
# No plugin knows another, and nothing but the list of standard plugins knows any: the compiler says so. Each folder in Plugins/
# compiles without the others, and all of RPP and its command line compile against an empty list of plugins.
# The modules must be built (make test does it).
set -euo pipefail
cd "$(dirname "$0")/.."
built=.build/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
maps=$(printf -- '-Xcc -fmodule-map-file=%s ' Sources/*/module.modulemap "$built"/*.build/module.modulemap \
  .build/checkouts/*/Sources/*/include/module.modulemap)
# compile MODULE OPTIONS-AND-FILES…
compile() {
  local module=$1
  shift
  # shellcheck disable=SC2086  # a list of options
  swiftc -swift-version 6 -suppress-warnings -parse-as-library -package-name rpp -module-name "$module" "$@" $maps
}
modules=$work/modules
mkdir "$modules"

# Standard plugins: none, and RPP with these.
cat >"$work/StandardPlugins.swift" <<'LIST'
import PromptLearning

extension PluginRegistry {
  public static let standard = PluginRegistry(structures: [], supervisions: [])
}
LIST
compile StandardPlugins -emit-module -emit-module-path "$modules/StandardPlugins.swiftmodule" -I "$built/Modules" \
  "$work/StandardPlugins.swift"
compile RPP -emit-module -emit-module-path "$modules/RPP.swiftmodule" -I "$modules" -I "$built/Modules" \
  Sources/RPP/*.swift

plugin() { compile StandardPlugins -typecheck -I "$built/Modules" "$@"; }
commands() {
  compile RPPCommandLine -typecheck -I "$modules" -I "$built/Modules" "$@" \
    $(find Sources/RPPCommandLine -name '*.swift')
}
for folder in Plugins/*/; do
  echo "alone: $folder"
  plugin $(find "$folder" -name '*.swift') || { echo "$folder needs another plugin, or more than its imports"; exit 1; }
done
echo "without plugins: Sources/RPP, Sources/RPPCommandLine"
commands || { echo "Sources/RPPCommandLine names a plugin"; exit 1; }
# The other modules are below the plugins.
if grep -rlE '^(@_exported |@testable )?import (StandardPlugins|RPP|RPPCommandLine)$' Sources --include='*.swift' |
  grep -vE '^Sources/(RPP|RPPCommandLine|CommandLineTool|MPITool)/'; then
  echo "these import the plugins, which they must not know"; exit 1
fi

# That this fails where it should.
echo 'import PromptLearning
let other: (any PromptStructure.Type) = CoOp.self' >"$work/knows.swift"
if plugin "$work/knows.swift" $(find Plugins/IVLP -name '*.swift') 2>/dev/null; then echo "CoOp is known to IVLP"; exit 1; fi
plugin "$work/knows.swift" $(find Plugins/CoOp -name '*.swift')
echo 'import RPP
let method: (any PromptStructure.Type) = CoOp.self' >"$work/knows.swift"
if commands "$work/knows.swift" 2>/dev/null; then echo "CoOp is known to the commands"; exit 1; fi
echo "plugins: each stands alone, and nothing but their list names one"
