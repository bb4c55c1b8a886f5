import ArgumentParser
import Basics
import Foundation

struct NewPluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new-plugin", abstract: "Begin a structure or a supervision of your own, in a package of its own.",
    discussion: """
      Writes a Swift package with a complete working example, its test, and an executable that is this whole command \
      line with the plugin in it:
        \(Terminal.program) new-plugin StripedPrompt --kind structure --path . --out striped-prompt
        cd striped-prompt
        swift run -c release striped-prompt plugins striped-prompt
      """)

  @Argument(help: "The name of its Swift type, such as StripedPrompt.")
  var name: String
  @Option(help: "structure or supervision.")
  var kind: PluginKind
  @Option(help: "The folder of the package, new or empty.")
  var out: String
  @Option(
    help: ArgumentHelp(
      "The checkout of RPP that the package is built with.", valueName: "checkout"))
  var path: String?

  func run() throws {
    let name = try PluginName(name, kind: kind, registry: CommandLineApp.registry)
    // There is no published version yet that a package could depend on.
    guard let path else {
      throw Failure.usage("--path is missing: the checkout of RPP that the package is built with, for example --path .")
    }
    let package = PluginPackage(
      name, kind: kind, source: .checkout(path: NSString(string: path).expandingTildeInPath))
    try package.write(to: out)
    let example = kind == .structure ? "--structure \(name.command)" : "--supervision hard-label+\(name.command)"
    print(
      """
      \(out): a package with the \(kind.rawValue) \(name.command)
        the plugin    \(out)/Sources/\(name.type)/\(name.type).swift
        its test      cd \(out) && swift test -c release
        train it      cd \(out) && swift run -c release \(name.command) train \(example) … (see README.md there)
      """)
  }
}

extension PluginKind: ExpressibleByArgument {}
