import ArgumentParser
import Basics
import Foundation

struct NewPluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new-plugin", abstract: "Begin a structure or a supervision of your own, in a package of its own.",
    discussion: """
      Writes a Swift package with a complete working example, its test, and an executable that is this whole command \
      line with the plugin in it:
        \(Terminal.program) new-plugin StripedPrompt --kind structure --out striped-prompt
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
      "A local checkout of RPP to depend on, instead of the published version.", valueName: "checkout"))
  var path: String?

  func run() throws {
    let name = try PluginName(name, kind: kind, registry: CommandLineApp.registry)
    let source = path.map { PluginPackage.Source.checkout(path: NSString(string: $0).expandingTildeInPath) }
    let package = PluginPackage(name, kind: kind, source: source ?? .published)
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
