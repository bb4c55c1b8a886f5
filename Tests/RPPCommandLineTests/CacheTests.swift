import Foundation
import TestSupport
import Testing

@Suite("Command line: the cache", .enabled(if: RPPProcess.path != nil, "rpp was not built"))
struct CacheTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.addImages()
  }

  private var environment: [String: String] { ["RPP_CACHE": "\(folder.path)/cache"] }

  private func rpp(_ arguments: [String], environment: [String: String]? = nil) throws -> RPPProcess.Outcome {
    try RPPProcess.run(arguments, environment: environment ?? self.environment, in: folder.path)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Features of the world's images by two backbones, and a teacher's texts.
  private let worldRun = [
    "train", "--task", "world:shapes", "--structure", "coop:contextLength=2", "--shots", "2", "--epochs", "2",
    "--validate-every", "0", "--supervision", "hard-label+soft-label-kd:teacher=embedded:teacher",
  ]

  private func expectSame(_ run: String, _ other: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for file in ["final.safetensors", "metrics.jsonl", "run.json"] {
      #expect(
        try folder.bytes("\(run)/\(file)") == folder.bytes("\(other)/\(file)"), "\(file)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func aRunIsTheSameWithTheCacheAndSaysWhatItFound() throws {
    let without = try rpp(worldRun + ["--no-cache", "--out", "without"])
    #expect(without.status == 0 && !without.errors.contains("from the cache"))
    #expect(!folder.exists("cache"))
    let cold = try rpp(worldRun + ["--out", "cold"])
    #expect(cold.errors.contains("\nfrom the cache: image features 0 of 528, text features 0 of 12\n"))
    let warm = try rpp(worldRun + ["--out", "warm"])
    #expect(warm.errors.contains("\nfrom the cache: image features 528 of 528, text features 12 of 12\n"))
    // Other shots of the same test set.
    let partly = try rpp(worldRun + ["--seed", "2", "--out", "partly"])
    #expect(partly.errors.contains("\nfrom the cache: image features 480 of 528, text features 12 of 12\n"))
    for run in ["cold", "warm"] { try expectSame(run, "without") }

    let evaluation = try rpp(["evaluate", "--run", "warm", "--json"])
    #expect(said(evaluation) == "")
    #expect(try said(rpp(["evaluate", "--run", "warm"])) == "from the cache: image features 480 of 480\n")
    let alone = try rpp(["evaluate", "--run", "warm", "--json", "--no-cache"])
    #expect(said(alone) == "")
    #expect(evaluation.output == alone.output && !evaluation.output.contains("cache"))
    #expect(
      try said(rpp(["predict", "--run", "warm", "pets/cat/0.png"])) == "from the cache: image features 0 of 1\n")
    #expect(try said(rpp(["predict", "--run", "warm", "pets/cat/0.png", "--no-cache"])) == "")
  }

  /// The error stream without progress, which a busy machine shows.
  private func said(_ outcome: RPPProcess.Outcome) -> String {
    outcome.errors.split(separator: "\n").filter { $0.firstMatch(of: #/^[a-z ]+ [0-9]+/[0-9]+ /#) == nil }
      .map { "\($0)\n" }.joined()
  }

  @Test func twoProcessesShareIt() throws {
    #expect(try rpp(worldRun + ["--no-cache", "--out", "without"]).status == 0)
    let processes = try ["a", "b"].map {
      try RPPProcess(worldRun + ["--out", $0], environment: environment, in: folder.path)
    }
    for (process, out) in zip(processes, ["a", "b"]) {
      let outcome = try process.outcome()
      #expect(outcome.status == 0 && !outcome.errors.contains("damaged"), "\(outcome.errors)")
      try expectSame(out, "without")
    }
    #expect(try rpp(worldRun + ["--out", "c"]).errors.contains("image features 528 of 528"))
  }

  @Test func killedAtAnyMomentItDoesNoHarm() throws {
    #expect(try rpp(worldRun + ["--no-cache", "--out", "without"]).status == 0)
    for entries in [1, 2, 3, 4, 6, 8, 10, 12] {
      let process = try RPPProcess(
        worldRun + ["--out", "killed-\(entries)"], environment: environment, in: folder.path)
      _ = process.wait { cacheEntries() >= entries }
      process.send(SIGKILL)
      _ = try process.outcome()
    }
    let last = try rpp(worldRun + ["--out", "last"])
    #expect(last.status == 0 && !last.errors.contains("damaged"), "\(last.errors)")
    try expectSame("last", "without")
  }

  /// Folders, files and files in the making.
  private func cacheEntries() -> Int {
    FileManager.default.enumerator(atPath: "\(folder.path)/cache")?.reduce(0) { count, _ in count + 1 } ?? 0
  }

  @Test func damagedFilesAreSaidAndReplaced() throws {
    #expect(try rpp(worldRun + ["--out", "first"]).status == 0)
    let names = try #require(FileManager.default.enumerator(atPath: "\(folder.path)/cache")).compactMap {
      $0 as? String
    }
    .filter { $0.hasSuffix(".safetensors") }
    #expect(names.count >= 3)
    for name in names {
      let bytes = try folder.bytes("cache/\(name)")
      try folder.write(bytes.prefix(bytes.count / 2), to: "cache/\(name)")
    }
    let again = try rpp(worldRun + ["--out", "again"])
    #expect(again.status == 0)
    #expect(again.errors.contains("image features 0 of 528"))
    #expect(again.errors.components(separatedBy: "is damaged; its rows are computed again\n").count == names.count + 1)
    try expectSame("again", "first")
    #expect(try rpp(worldRun + ["--out", "third"]).errors.contains("image features 528 of 528"))
  }

  #if arch(x86_64)
    /// OpenBLAS takes the instructions of an old processor here, which changes the last bits of features.
    @Test func whatAnotherProcessorComputedIsNotFound() throws {
      #expect(try rpp(worldRun + ["--out", "here"]).status == 0)
      let old = environment.merging(["OPENBLAS_CORETYPE": "Prescott"]) { $1 }
      let there = try rpp(worldRun + ["--out", "there"], environment: old)
      #expect(there.errors.contains("image features 0 of 528, text features 0 of 12"), "\(there.errors)")
      #expect(try rpp(worldRun + ["--no-cache", "--out", "without"], environment: old).status == 0)
      try expectSame("there", "without")
      #expect(try rpp(worldRun + ["--out", "again"]).errors.contains("image features 528 of 528"))
    }
  #endif

  @Test func decodedImagesAreKeptWhereEveryStepSeesThem() throws {
    let run = ["train", "--task", "folder:pets", "--structure", "vpt:contextLength=1", "--epochs", "2"]
    #expect(try rpp(run + ["--no-cache", "--out", "without"]).status == 0)
    #expect(try rpp(run + ["--out", "cold"]).errors.contains("images 0 of 12"))
    #expect(try rpp(run + ["--out", "warm"]).errors.contains("images 12 of 12"))
    for out in ["cold", "warm"] { try expectSame(out, "without") }
  }

  @Test func whereNothingCanBeKeptTheRunGoesOn() throws {
    let run = try rpp(shortRun + ["--out", "run"], environment: ["RPP_CACHE": "/proc/none"])
    #expect(run.status == 0)
    #expect(run.errors.components(separatedBy: "nothing more is kept in the cache: ").count == 2)
  }

  @Test func itIsListedAndCleared() throws {
    #expect(try rpp(["cache"]).output == "the cache is empty: \(folder.path)/cache\n")
    #expect(try rpp(worldRun + ["--out", "run"]).status == 0)
    let list = try rpp(["cache"])
    #expect(list.status == 0 && list.errors == "")
    for part in ["image-features", "text-features", "embedded:teacher", " kB in \(folder.path)/cache\n"] {
      #expect(list.output.contains(part), "\(part) in \(list.output)")
    }
    let lines = list.output.split(separator: "\n").dropLast()
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(list.output)")
    let object = try object(try rpp(["cache", "list", "--json"]).output)
    let entries = try #require(object["entries"] as? [[String: Any]])
    #expect(entries.map { $0["kind"] as? String } == ["image-features", "image-features", "text-features"])
    #expect(entries.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) } == 540)
    #expect(object["bytes"] as? Int == entries.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) })
    #expect(object["folder"] as? String == "\(folder.path)/cache")

    let some = try rpp(["cache", "clear", "--kind", "text-features"])
    #expect(some.status == 0 && some.output.hasSuffix(" freed in \(folder.path)/cache\n"))
    #expect(try !rpp(["cache"]).output.contains("text-features"))
    #expect(try rpp(["cache", "clear"]).output.contains(" kB freed in "))
    #expect(try rpp(["cache", "clear"]).output == "nothing to clear: \(folder.path)/cache\n")
    let mistake = try rpp(["cache", "clear", "--kind", "pictures"])
    #expect(mistake.status == 2 && mistake.errors.contains("image-features"))
  }

  @Test func itLiesInTheUsersCacheUnlessTheySayOtherwise() throws {
    let home = ["RPP_CACHE": "", "XDG_CACHE_HOME": "", "HOME": folder.path]
    #expect(try rpp(["cache"], environment: home).output == "the cache is empty: \(folder.path)/.cache/rpp\n")
    #expect(try rpp(shortRun + ["--no-cache", "--out", "without"], environment: home).status == 0)
    #expect(!folder.exists(".cache"))
    #expect(try rpp(shortRun + ["--out", "with"], environment: home).status == 0)
    #expect(folder.exists(".cache/rpp/image-features"))
  }
}
