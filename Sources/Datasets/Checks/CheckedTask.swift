/// A task whose broken images are left out.
struct CheckedTask: ClassificationTask {
  let task: any ClassificationTask
  let checks: ImageChecks

  var name: String { task.name }
  var classNames: [String] { task.classNames }
  var template: String { task.template }
  var domainTemplate: String? { task.domainTemplate }
  var notes: [String] { task.notes }
  var defaultShots: Shots { task.defaultShots }
  var isOfEmbeddedWorld: Bool { task.isOfEmbeddedWorld }
  var root: String? { task.root }
  var imageFolder: String? { task.imageFolder }

  func trainingSet(_ shots: Shots, labels: Range<Int>, seed: UInt64) throws -> ImageSet {
    try checks.readable(task.trainingSet(shots, labels: labels, seed: seed), of: task)
  }

  func validationSet(seed: UInt64) throws -> ImageSet? {
    try task.validationSet(seed: seed).map { try checks.readable($0, of: task) }
  }

  func validationSet(_ shots: Shots, seed: UInt64) throws -> ImageSet? {
    try task.validationSet(shots, seed: seed).map { try checks.readable($0, of: task) }
  }

  func testSet() throws -> ImageSet { try checks.readable(task.testSet(), of: task) }
}
