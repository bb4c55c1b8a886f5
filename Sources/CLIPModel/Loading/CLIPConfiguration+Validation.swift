import Basics

extension CLIPConfiguration {
  /// Checks sizes that were read from a file, so that computing with them can neither overflow nor divide by zero.
  ///
  /// - Throws: ``Failure`` naming the origin and the size.
  func validate(origin: String) throws {
    let sizes = [
      ("text width", text.width, 1_000_000), ("text layers", text.layers, 1000), ("text heads", text.heads, 1_000_000),
      ("text hidden width", text.hiddenWidth, 1_000_000), ("vision width", vision.width, 1_000_000),
      ("vision layers", vision.layers, 1000), ("vision heads", vision.heads, 1_000_000),
      ("vision hidden width", vision.hiddenWidth, 1_000_000), ("embed dimension", embedDimension, 1_000_000),
      ("context length", contextLength, 1_000_000), ("vocabulary size", vocabularySize, 10_000_000),
      ("patch size", patchSize, 10_000), ("image size", imageSize, 10_000),
    ]
    for (name, size, largest) in sizes {
      guard (1...largest).contains(size) else {
        throw Failure("\(origin): the \(name) is \(size), it must be between 1 and \(largest)")
      }
    }
    for (name, tower) in [("text", text), ("vision", vision)] where tower.width % tower.heads != 0 {
      throw Failure("\(origin): \(tower.heads) heads cannot share the \(name) width \(tower.width)")
    }
    guard imageSize % patchSize == 0 else {
      throw Failure("\(origin): images of \(imageSize) pixels are no whole number of patches of \(patchSize)")
    }
    guard vocabularySize > 2 else {
      throw Failure("\(origin): a vocabulary of \(vocabularySize) has nothing besides start and end")
    }
  }
}
