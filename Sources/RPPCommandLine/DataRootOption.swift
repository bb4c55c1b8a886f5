import ArgumentParser

/// Where published data sets lie; ``RootCommand`` hands it to ``CommandLineApp/tasks``.
struct DataRootOption: ParsableArguments {
  @Option(help: "The folder that published data sets (dassl:NAME) lie in (default: RPP_DATA).")
  var root: String?
}
