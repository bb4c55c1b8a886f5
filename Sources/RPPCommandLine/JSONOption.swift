import ArgumentParser

/// Whether a command speaks to machines.
struct JSONOption: ParsableArguments {
  @Flag(help: "One JSON object on standard output.")
  var json = false
}
