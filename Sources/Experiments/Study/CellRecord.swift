import Basics
import Training

/// What is kept of a cell that was run and tested: the file `cell.json` in its run's folder.
struct CellRecord: Codable, Sendable {
  /// A test with its record; nil where the prompt belongs to other classes and says nothing of these.
  struct Test: Codable, Sendable {
    let test: CellTest
    let record: TestRecord?
  }

  /// What decided the run's numbers.
  let configuration: RunConfiguration
  /// On the training images after the last step.
  let training: Evaluation
  /// Each term of the supervision there, before its weight.
  let terms: [String: Double]
  /// How many numbers were learned.
  let parameters: Int
  /// A digest of the training images' names in order.
  let images: String
  /// A digest of the images of every step.
  let order: String
  /// How the learning rate was chosen; nil where none was searched.
  var tuning: TunedRate?
  /// The attention that rows pay to its prompts; nil in files of before it was measured.
  var attention: [AttentionToPrompts]?
  /// OpenBLAS's kernels that computed it.
  let kernels: [String]
  /// The tests.
  var tests: [Test]

  static let fileName = "cell.json"

  /// Whether all of some tests are there.
  func has(_ wanted: [CellTest]) -> Bool { wanted.allSatisfy { wanted in tests.contains { $0.test == wanted } } }
}
