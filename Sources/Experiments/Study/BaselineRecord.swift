import Training

/// What is kept of a baseline that was learned and tested.
struct BaselineRecord: Codable, Sendable {
  /// A test with its record.
  struct Test: Codable, Sendable {
    let test: CellTest
    let record: TestRecord
  }

  /// On the training images.
  let training: Evaluation
  /// How many numbers were learned.
  let parameters: Int
  /// See ``LearnedBaseline/details``.
  let details: [String: Double]
  /// A digest of the training images' names in order.
  let images: String
  /// The tests.
  let tests: [Test]

  /// Whether all of some tests are there.
  func has(_ wanted: [CellTest]) -> Bool { wanted.allSatisfy { wanted in tests.contains { $0.test == wanted } } }
}
