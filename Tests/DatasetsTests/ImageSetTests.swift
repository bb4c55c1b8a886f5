import Basics
import Datasets
import Images
import Testing

@Suite struct ImageSetTests {
  private let set = ImageSet(labels: [0, 1, 2, 2, 3], names: ["a", "b", "c", "d", "e"]) { index in
    RGBImage(width: 9, height: 6, gray: UInt8(index * 10))
  }

  @Test func subsetKeepsLabelsNamesAndImagesTogether() throws {
    let subset = set.subset([3, 0])
    #expect(subset.labels == [2, 0])
    #expect(subset.names == ["d", "a"])
    #expect(try subset.image(at: 0) == set.image(at: 3))
    #expect(try subset.subset([1]).image(at: 0) == set.image(at: 0))
  }

  @Test func restrictionNumbersLabelsFromZero() throws {
    let restricted = set.restricted(to: 2..<4)
    #expect(restricted.labels == [0, 0, 1])
    #expect(restricted.names == ["c", "d", "e"])
    #expect(try restricted.image(at: 2) == set.image(at: 4))
    #expect(set.restricted(to: 4..<4).count == 0)
  }

  @Test(arguments: [
    (ClassSelection.base, 5, 0..<3), (.new, 5, 3..<5), (.all, 5, 0..<5), (.base, 12, 0..<6), (.new, 12, 6..<12),
    (.base, 1, 0..<1), (.new, 1, 1..<1),
  ])
  func halves(selection: ClassSelection, classCount: Int, labels: Range<Int>) {
    #expect(selection.labels(of: classCount) == labels)
  }

  @Test func errorsNameTheImageOnce() {
    let broken = ImageSet(labels: [0, 0], name: { ["a.png", "b.png"][$0] }) { index in
      throw Failure(index == 0 ? "a.png: is cut" : "too wide")
    }
    #expect(throws: Failure("a.png: is cut")) { try broken.image(at: 0) }
    #expect(throws: Failure("b.png: too wide")) { try broken.subset([1]).image(at: 0) }
    #expect(throws: Failure("b.png: too small")) {
      try ImageSet(labels: [0], names: ["b.png"]) { _ in RGBImage(width: 1, height: 1, gray: 0) }
        .withImage(at: 0) { _, _ in throw Failure("too small") }
    }
  }

  @Test func theHashIsThatOfTheBytesThatWereRead() throws {
    let folder = try ImageFolder(["cat": 2])
    let files = ImageSet(labels: [0, 0], files: (0..<2).map { "\(folder.path)/cat/\($0).png" })
    let before = try files.contentHash(at: 0)
    #expect(try files.withImage(at: 0) { _, hash in hash() } == before)
    #expect(try files.contentHash(at: 1) != before)
    try ImageFolder.image(77).writePNG(to: files.name(at: 0))
    #expect(try files.contentHash(at: 0) != before)
  }
}
