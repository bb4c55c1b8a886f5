import Basics
import FeatureStore
import Foundation
import TestSupport
import Testing

@Suite struct CacheContentsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func size(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
  }

  @Test func whatIsThereIsListed() throws {
    #expect(try Cache("\(folder.path)/none").entries().isEmpty)
    let sample = Sample(folder.path)
    let before = Date()
    sample.keep([1, 2, 3])
    sample.keep([4])
    sample.cache.rows(.images, dependencies: [], about: "images", shape: [3]).keep(
      [Sample.hash(1)], bytes: [1, 2, 3])
    let entries = try Cache(folder.path).entries()
    #expect(entries.map(\.kind) == [.imageFeatures, .images])
    #expect(entries.map(\.about) == ["a test", "images"])
    #expect(entries.map(\.rows) == [4, 1])
    #expect(try entries.reduce(0) { $0 + $1.bytes } == folder.files.reduce(0) { try $0 + size($1) })
    #expect(entries.allSatisfy { abs($0.lastUsed.timeIntervalSince(before)) < 60 })
  }

  @Test func findingRowsIsUsingThem() throws {
    let sample = Sample(folder.path)
    sample.keep([1])
    func age(_ path: String) { utimes(path, [timeval(), timeval()]) }
    age(sample.rows.folder)
    _ = sample.find([2])
    #expect(try sample.cache.entries().map(\.lastUsed) == [Date(timeIntervalSince1970: 0)])
    _ = sample.find([1])
    #expect(try #require(sample.cache.entries().first).lastUsed > Date().addingTimeInterval(-60))
  }

  @Test func clearingFreesAKindOrEverythingAndNothingOfOthers() throws {
    let sample = Sample(folder.path)
    sample.keep([1, 2])
    let texts = sample.cache.rows(.textFeatures, dependencies: [], about: "", shape: [1])
    texts.keep([Sample.hash(1)], floats: [1])
    // A process that is killed while it writes leaves such a file.
    let left =
      "\(sample.rows.folder)/\(String(repeating: "01", count: 16)).safetensors.77.1\(AtomicFile.temporaryExtension)"
    let foreign = [
      "\(folder.path)/thesis.txt", "\(folder.path)/images/holiday.jpg", "\(sample.rows.folder)/model.safetensors",
    ]
    try FileManager.default.createDirectory(atPath: "\(folder.path)/images", withIntermediateDirectories: true)
    for path in [left] + foreign { try Data(count: 1000).write(to: URL(fileURLWithPath: path)) }
    #expect(sample.find([1, 2]).count == 2)

    let total = try folder.files.reduce(0) { try $0 + size($1) } - 3000
    let freed = try sample.cache.clear(.imageFeatures)
    #expect(freed > 1000 && freed < total)
    #expect(sample.find([1, 2]).isEmpty && texts.find([Sample.hash(1)]).count == 1)
    #expect(try sample.cache.clear() == total - freed)
    #expect(folder.files == foreign.sorted())
    #expect(try sample.cache.clear() == 0)
    for path in foreign { try FileManager.default.removeItem(atPath: path) }
    #expect(sample.keep([1]) && sample.find([1]).count == 1)
    _ = try sample.cache.clear()
    #expect(try sample.cache.entries().isEmpty)
  }

  @Test func nothingIsFollowedOutOfTheCache() throws {
    let (sample, outside) = (Sample("\(folder.path)/cache"), "\(folder.path)/outside")
    sample.keep([1])
    try FileManager.default.moveItem(atPath: sample.rows.folder, toPath: outside)
    try FileManager.default.createSymbolicLink(atPath: sample.rows.folder, withDestinationPath: outside)
    #expect(try sample.cache.clear() == 0)
    #expect(folder.files.filter { $0.hasPrefix(outside) }.count == 1)
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let path = "\(folder.path)/file"
    try Data().write(to: URL(fileURLWithPath: path))
    let failure = Failure("cannot read the folder \(path)/image-features: Not a directory")
    #expect(throws: failure) { try Cache(path).entries() }
    #expect(throws: failure) { try Cache(path).clear() }
  }

  @Test func whoHasRowsOpenKeepsThem() throws {
    let sample = Sample(folder.path)
    sample.keep([1])
    let found = sample.rows.find([Sample.hash(1)])
    #expect(try Cache(folder.path).clear() > 0)
    #expect(found[Sample.hash(1)]?.floats == Sample.row(1))
    #expect(sample.warnings.isEmpty)
  }

  @Test func itLiesWhereTheUserSays() {
    #expect(Cache.path(environment: ["RPP_CACHE": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"]) == "/a")
    #expect(Cache.path(environment: ["RPP_CACHE": "", "XDG_CACHE_HOME": "/b", "HOME": "/c"]) == "/b/rpp")
    #expect(Cache.path(environment: ["XDG_CACHE_HOME": "b", "HOME": "/c"]) == "/c/.cache/rpp")
  }
}
