import ArgumentParser
import Basics
import Datasets
import FeatureStore
import Foundation

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "What is kept of earlier runs: features and decoded images.",
    discussion: """
      Image features are kept for structures without vision prompts and for teachers, whose logits are the product of \
      image and text features; decoded images of folders for structures with vision prompts. All are found by the \
      contents of weights, preprocessing and data, wherever these lie and whatever they are called, and no number depends \
      on what is found. Runs that change images at random (train --augmentation) encode them in every step instead.

      'rpp cache list --json' is for machines. The cache lies in $RPP_CACHE, else $XDG_CACHE_HOME/rpp, else ~/.cache/rpp.
      """,
    subcommands: [List.self, Clear.self], defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "What there is, and its size.")

    @OptionGroup var json: JSONOption

    func run() throws {
      let cache = Cache(Cache.path())
      let entries = try cache.entries()
      let total = entries.reduce(0) { $0 + $1.bytes }
      if json.json {
        return print(
          try JSONOutput.text(Output(folder: cache.path, bytes: total, entries: entries.map(Output.Entry.init))))
      }
      guard !entries.isEmpty else { return print("the cache is empty: \(cache.path)".printable) }
      let table = TextColumns.text(
        [["kind", "rows", "size", "last used"]]
          + entries.map { entry in
            [
              entry.kind.rawValue, "\(entry.rows)", ByteCount.text(entry.bytes),
              Self.time(entry.lastUsed, "yyyy-MM-dd HH:mm"),
            ]
          }
      ).split(separator: "\n").map(String.init)
      // What a kind depends on is long: it stands below, so that all fits a terminal of 80 columns.
      let below = [[], []] + entries.map { TextColumns.wrapped($0.about.printable, indent: 2, width: 78) }
      print(zip(table, below).flatMap { [$0] + $1 }.joined(separator: "\n"))
      print("\(ByteCount.text(total)) in \(cache.path)".printable)
    }

    private struct Output: Encodable {
      struct Entry: Encodable {
        let kind: Cache.Kind
        let dependsOn: String
        let rows: Int
        let bytes: Int
        let lastUsed: String

        init(_ entry: Cache.Entry) {
          (kind, dependsOn, rows, bytes) = (entry.kind, entry.about, entry.rows, entry.bytes)
          lastUsed = entry.lastUsed.formatted(.iso8601)
        }
      }
      let folder: String
      let bytes: Int
      let entries: [Entry]
    }

    private static func time(_ date: Date, _ format: String) -> String {
      let formatter = DateFormatter()
      formatter.locale = Locale(identifier: "en_US_POSIX")
      formatter.dateFormat = format
      return formatter.string(from: date)
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Remove everything, or everything of a kind.",
      discussion: "Other processes may go on: what they miss they compute again.")

    @Option(help: "image-features, text-features or images (default: all).", transform: Setting.choice)
    var kind: Setting<Cache.Kind>?
    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
      let cache = Cache(Cache.path())
      var freed = try cache.clear(kind?.value)
      if kind == nil { freed += try ImageChecks.clear(DataOptions.indexFolder) }
      let what = freed == 0 ? "nothing to clear:" : "\(ByteCount.text(freed)) freed in"
      print("\(what) \(cache.path)".printable)
    }
  }
}
