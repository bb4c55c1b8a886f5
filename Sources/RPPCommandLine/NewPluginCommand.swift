import ArgumentParser
import Basics
import Foundation

struct NewPluginCommand: SettledCommand {
  static let configuration = CommandConfiguration(
    commandName: "new-plugin", abstract: "Begin a structure or a supervision of your own, in a package of its own.",
    discussion: """
      Writes a Swift package with a complete working example, its test, and an executable that is this whole command \
      line with the plugin in it:
        \(Terminal.program) new-plugin StripedPrompt --kind structure --path . --out striped-prompt
        cd striped-prompt && swift build -c release --build-tests
        .build/release/striped-prompt plugins striped-prompt
      """)

  @Argument(help: "The name of its Swift type, such as StripedPrompt.")
  var name: String
  @Option(help: "structure or supervision.", transform: Setting.choice)
  var kind: Setting<PluginKind>?
  @Option(help: "The folder of the package, new or empty.")
  var out: String?
  @Option(
    help: ArgumentHelp("The checkout of RPP that the package is built with.", valueName: "checkout"))
  var path: String?
  @OptionGroup var configuration: ConfigurationOption

  func run(_ settings: inout Settings) throws {
    if kind == nil { _ = settings.required("kind", nil, example: "structure") }
    let out = settings.required("out", out, example: "striped-prompt")
    // There is no address at which a package could find RPP.
    let checkout = settings.required("path", path, example: ". where that is the checkout of RPP")
    try settings.check()
    guard let kind = kind?.value, let out, let checkout else { fatalError("checked above") }
    let name = try PluginName(name, kind: kind, registry: CommandLineApp.registry)
    let package = PluginPackage(name, kind: kind, checkout: checkout)
    try package.write(to: out)
    if let lookalike = name.lookalike {
      Terminal.line("the new plugin is called \(name.command), beside \(lookalike), which is there already")
    }
    let example = kind == .structure ? "--structure \(name.command)" : "--supervision hard-label+\(name.command)"
    print(
      """
      \(out): a package with the \(kind.rawValue) \(name.command)
        the plugin    \(out)/Sources/\(name.type)/\(name.type).swift
        build it      cd \(out) && swift build -c release --build-tests
        its test      swift test -c release --skip-build
        train it      .build/release/\(name.command) train \(example) … (see README.md there)
      """)
  }
}
