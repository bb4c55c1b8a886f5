import Basics
import Foundation

/// A Swift package with one plugin: a complete example, its test, and an executable that is the whole command line with the
/// plugin in it.
public struct PluginPackage: Sendable {
  /// What the plugin is called.
  public let name: PluginName
  /// What it is.
  public let kind: PluginKind
  /// The whole path of the checkout.
  private let checkout: String

  /// A package of an example of the given kind under the given name, built with the RPP in the folder `checkout`, whatever that is
  /// called.
  public init(_ name: PluginName, kind: PluginKind, checkout: String) {
    self.name = name
    self.kind = kind
    self.checkout = Folder.wholePath(checkout)
  }

  /// The texts of its files by their paths in the package.
  public var files: [String: String] {
    [
      "Package.swift": manifest,
      "Sources/\(name.type)/\(name.type).swift":
        PluginExample.source(kind, type: name.type, command: name.command),
      "Sources/\(name.type)Tool/main.swift": """
      \(imports("RPPCommandLine"))

      CommandLineApp(registry: .standard.adding(\(kind.rawValue)s: [\(name.type).self])).run()

      """,
      "Tests/\(name.type)Tests/\(name.type)Tests.swift": """
      \(imports("RPPConformance", "Testing"))

      @Test func keepsWhatEvery\(kindName)Promises() throws {
        try \(kindName)Conformance(\(name.type)()).check()
      }

      """,
      "README.md": readme,
      ".gitignore": """
      .build/
      runs/

      """,
    ]
  }

  /// Writes the package: the whole of it, or nothing.
  ///
  /// - Throws: a usage `Failure` if there is something at `path` other than an empty folder, or no package at the path of a
  ///   checkout; `Failure` if it cannot be written.
  public func write(to path: String) throws {
    let manager = FileManager.default
    guard manager.fileExists(atPath: "\(checkout)/Package.swift") else {
      throw Failure.usage("\(checkout) holds no checkout of RPP: there is no Package.swift")
    }
    if manager.fileExists(atPath: path), try !(Self.isEmptyFolder(path)) {
      throw Failure.usage("\(path) exists and is not an empty folder; choose another --out")
    }
    let target = URL(fileURLWithPath: path).standardizedFileURL
    let partial = target.path + ".\(ProcessInfo.processInfo.processIdentifier).partial"
    do {
      for (file, text) in files {
        let url = URL(fileURLWithPath: "\(partial)/\(file)")
        try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      // Over an empty folder too.
      guard rename(partial, target.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      try? manager.removeItem(atPath: partial)
      throw Failure("cannot write \(path): \((error as NSError).localizedDescription)")
    }
  }

  private static func isEmptyFolder(_ path: String) throws -> Bool {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
      return false
    }
    return try FileManager.default.contentsOfDirectory(atPath: path).isEmpty
  }

  /// In the formatter's order.
  private func imports(_ modules: String...) -> String {
    (modules + [name.type]).sorted().map { "import \($0)" }.joined(separator: "\n")
  }

  private var kindName: String { kind == .structure ? "Structure" : "Supervision" }

  private var manifest: String {
    """
    // swift-tools-version: 6.0
    import PackageDescription

    let package = Package(
      name: "\(name.type)",
      products: [
        .library(name: "\(name.type)", targets: ["\(name.type)"]),
        .executable(name: "\(name.command)", targets: ["\(name.type)Tool"]),
      ],
      dependencies: [
        // With its name: a package in a folder goes by the folder's otherwise.
        .package(name: "RPP", path: \(checkout.debugDescription))
      ],
      targets: [
        .target(name: "\(name.type)", dependencies: [.product(name: "RPP", package: "RPP")]),
        .executableTarget(
          name: "\(name.type)Tool",
          dependencies: ["\(name.type)", .product(name: "RPPCommandLine", package: "RPP")]),
        .testTarget(
          name: "\(name.type)Tests",
          dependencies: ["\(name.type)", .product(name: "RPPConformance", package: "RPP")]),
      ],
      swiftLanguageModes: [.v6]
    )

    """
  }

  private var readme: String {
    let structure = kind == .structure ? "\(name.command):stripes=6" : "coop:contextLength=4"
    let supervision = kind == .supervision ? " --supervision hard-label+\(name.command):weight=0.2" : ""
    return """
      # \(name.type)

      A \(kind.rawValue) for RPP, with an executable that is the whole `rpp` command line and knows it.
      What RPP needs besides Swift 6 is in its README.

      - `Sources/\(name.type)/\(name.type).swift` is the plugin: a complete example to change.
      - `Sources/\(name.type)Tool/main.swift` is the executable, of one line.
      - `Tests/\(name.type)Tests` checks what every \(kind.rawValue) must satisfy.

      ```sh
      swift build -c release --build-tests
      swift test -c release --skip-build
      export PATH=$PWD/.build/release:$PATH
      \(name.command) plugins \(name.command)
      \(name.command) train --task world:shapes@sketch \\
        --structure \(structure)\(supervision) --classes base --out runs/first
      \(name.command) evaluate --run runs/first --classes new
      ```

      `\(name.command) --help` lists all commands.

      """
  }
}
