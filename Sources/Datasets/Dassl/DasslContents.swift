import Basics

/// What a published reader finds in the folder of a data set.
struct DasslContents: Sendable {
  /// As text encoders read them, in label order. Two classes can have the same name, as two of ImageNet's are both sunglasses.
  let classNames: [String]
  /// Nil for a data set that is only tested on.
  let training: DasslSplit?
  let validation: DasslSplit?
  let test: DasslSplit
  var notes: [String] = []

  /// - Parameter origin: What messages call the file or folder that all this was read from.
  /// - Throws: ``Failure`` if there is nothing to tell apart, to learn from or to be tested on.
  init(
    classNames: [String], training: DasslSplit?, validation: DasslSplit? = nil, test: DasslSplit, notes: [String] = [],
    origin: String
  ) throws {
    guard classNames.count > 1 else {
      throw Failure(
        "\(origin) has \(classNames.isEmpty ? "no classes" : "the class \(classNames[0]) only"), and a task needs two or more"
      )
    }
    guard test.paths.count > 0 else { throw Failure("\(origin) has no images to be tested on") }
    if let training {
      let trained = Set(training.labels)
      if let label = classNames.indices.first(where: { !trained.contains($0) }) {
        throw Failure("\(origin): the class \(classNames[label]) (label \(label)) has no images for training")
      }
    }
    self.classNames = classNames
    self.training = training
    self.validation = validation.flatMap { $0.paths.count > 0 ? $0 : nil }
    self.test = test
    self.notes = notes
  }
}
