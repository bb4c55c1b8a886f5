import PyTorchFiles

extension PyTorchFile {
  /// A tensor of the file, converted to 32-bit floats.
  ///
  /// - Throws: ``Failure`` if the file has none of that name, its elements are integers, or it is damaged.
  public func tensor(_ name: String) throws -> Tensor {
    let elements = try floats(name)
    return Tensor(shape: shape(name)!, elements)
  }
}

extension PyTorchTensor {
  /// A tensor to be stored under a name.
  public init(_ name: String, _ tensor: Tensor) {
    self.init(name, shape: tensor.shape, floats: tensor.elements)
  }
}
