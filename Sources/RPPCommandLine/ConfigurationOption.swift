import ArgumentParser

/// The file that settings may come from, of every command that has options; ``ConfiguredArguments`` reads it.
struct ConfigurationOption: ParsableArguments {
  @Option(help: "A YAML file with any of these options, without their dashes; those on the command line win.")
  var config: String?
}
