import Basics

extension ImagePreprocessing {
  /// Checks settings that were read from a file against the model that they belong to.
  ///
  /// - Throws: ``Failure`` naming the origin and the setting.
  func validate(for configuration: CLIPConfiguration, origin: String) throws {
    guard size == configuration.imageSize else {
      throw Failure("\(origin): images are prepared for \(size) pixels, the model takes \(configuration.imageSize)")
    }
    guard mean.count == 3, mean.allSatisfy(\.isFinite) else {
      throw Failure("\(origin): the mean of images must be three numbers, not \(mean)")
    }
    guard deviation.count == 3, deviation.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw Failure("\(origin): the standard deviation of images must be three positive numbers, not \(deviation)")
    }
  }
}
