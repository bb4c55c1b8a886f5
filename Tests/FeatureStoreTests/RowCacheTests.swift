import Basics
import FeatureStore
import Foundation
import TestSupport
import Testing

@Suite struct RowCacheTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func rows(_ numbers: some Sequence<Int>) -> [Int: [Float]] {
    Dictionary(uniqueKeysWithValues: numbers.map { ($0, Sample.row($0)) })
  }

  @Test func rowsAreFoundByWhatTheyWereMadeFrom() {
    #expect(Sample(folder.path).find([1]).isEmpty)
    #expect(Sample(folder.path).keep([1, 2, 3]))
    #expect(Sample(folder.path).keep([3, 4]))
    #expect(Sample(folder.path).find([4, 1, 5, 3]) == rows([1, 3, 4]))
    #expect(folder.files.count == 2)
  }

  @Test func bytesAreFoundToo() {
    func images() -> RowCache { Cache(folder.path).rows(.images, dependencies: [], about: "", shape: [2, 1, 3]) }
    images().keep([Sample.hash(1), Sample.hash(2)], bytes: Array(0..<12))
    let found = images().find([Sample.hash(2), Sample.hash(3)])
    #expect(found.mapValues(\.bytes) == [Sample.hash(2): Array(6..<12)])
  }

  @Test func whatRowsDependOnTellsThemApart() {
    let sample = Sample(folder.path)
    sample.keep([1])
    #expect(Sample(folder.path, dependencies: ["weights 2"]).find([1]).isEmpty)
    for (kind, shape) in [(Cache.Kind.textFeatures, [4]), (.imageFeatures, [2, 2])] {
      let other = sample.cache.rows(kind, dependencies: ["weights 1"], about: "a test", shape: shape)
      #expect(other.find([Sample.hash(1)]).isEmpty)
    }
  }

  @Test func rowsInTheFolderOfOthersAreNoneOfThem() throws {
    let (sample, other) = (Sample(folder.path), Sample(folder.path, dependencies: ["weights 2"]))
    sample.keep([1])
    try FileManager.default.moveItem(atPath: sample.rows.folder, toPath: other.rows.folder)
    #expect(other.find([1]).isEmpty && other.warnings.count == 1)
  }

  @Test func filesOfOthersAreLeftAlone() throws {
    let sample = Sample(folder.path)
    sample.keep([1])
    let foreign = "\(sample.rows.folder)/model.safetensors"
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: foreign))
    #expect(sample.find([1]).count == 1 && sample.warnings.isEmpty && folder.files.contains(foreign))
  }

  @Test func theSameRowsAreOneFile() {
    Sample(folder.path).keep([1, 2])
    Sample(folder.path).keep([1, 2])
    #expect(folder.files.count == 1)
  }

  @Test func manyWritersAndReadersAtOnce() throws {
    let results = try Parallel.map(40) { writer in
      let numbers = Array(writer / 2 * 3..<writer / 2 * 3 + 5)
      let sample = Sample(folder.path)
      sample.keep(numbers)
      return sample.find(numbers) == rows(numbers) && sample.warnings.isEmpty
    }
    #expect(results.allSatisfy { $0 })
    #expect(Sample(folder.path).find(Array(0..<62)) == rows(0..<62))
    #expect(folder.files.allSatisfy { $0.hasSuffix(".safetensors") })
  }

  /// Whichever bit of the file changes, a row that is found is the one that was kept.
  @Test func aFlippedBitIsNeverReadAsARow() throws {
    Sample(folder.path).keep([1, 2, 3])
    let path = try #require(folder.files.first)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var lost = 0
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 1 << UInt8(position % 8)
      try damaged.write(to: URL(fileURLWithPath: path))
      let sample = Sample(folder.path)
      let found = sample.find([1, 2, 3])
      #expect(found.allSatisfy { $0.value == Sample.row($0.key) }, "byte \(position)")
      if found.count < 3 { lost += 1 }
      // A file with a hash that nobody asks for looks like any other; every other damage is said, once, and removed.
      #expect(sample.warnings.count <= 1)
      if let warning = sample.warnings.first {
        #expect(warning == "the cache's file \(path) is damaged; its rows are computed again")
        #expect(folder.files.isEmpty)
      }
    }
    // All bits but those of the description for people.
    #expect(lost > whole.count - 40)
  }

  @Test func aFileThatIsCutAnywhereIsRemovedAndItsRowsKeptAgain() throws {
    Sample(folder.path).keep([1, 2, 3])
    let path = try #require(folder.files.first)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      let sample = Sample(folder.path)
      #expect(sample.find([1, 2, 3]).isEmpty, "\(length) bytes")
      #expect(sample.warnings.count == 1 && folder.files.isEmpty)
      #expect(sample.keep([1, 2, 3]))
      #expect(sample.find([1, 2, 3]) == rows(1...3))
    }
  }

  @Test func damageThatComesWhileAFileIsOpenIsFound() throws {
    let sample = Sample(folder.path)
    sample.keep([1, 2])
    let path = try #require(folder.files.first)
    let found = sample.rows.find([Sample.hash(1), Sample.hash(2)])
    truncate(path, 100)
    #expect(found.count == 2 && found.values.allSatisfy { $0.floats == nil })
    #expect(sample.warnings.count == 1)
  }

  @Test(arguments: ["/proc/rpp-cache", "/dev/null/cache"])
  func whereNothingCanBeWrittenIsSaidOnce(_ path: String) throws {
    let sample = Sample(path)
    #expect(!sample.keep([1]) && !sample.keep([2]))
    #expect(sample.find([1]).isEmpty)
    #expect(sample.warnings.count == 1)
    #expect(try #require(sample.warnings.first).hasPrefix("nothing more is kept in the cache: cannot make the folder "))
  }

  @Test(.enabled(if: FullDisk.canBeMade, "only root can mount a small file system"))
  func aFullDiskIsSaidOnce() throws {
    try FullDisk.with(at: folder.path) {
      let sample = Sample(folder.path)
      #expect(sample.keep([1]))
      #expect(!sample.keep(Array(0..<5000)) && !sample.keep([2]))
      #expect(sample.find([0, 1, 2]) == rows([1]))
      #expect(sample.warnings.count == 1 && sample.warnings[0].hasSuffix("No space left on device"))
      #expect(folder.files.count == 1)
    }
  }
}
