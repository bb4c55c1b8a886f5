import SafeTensors

extension SafeTensorsFile {
  /// A tensor of the file, converted to 32-bit floats.
  ///
  /// - Throws: ``Failure`` if the file has none of that name, or its elements are integers.
  public func tensor(_ name: String) throws -> Tensor {
    Tensor(shape: try info(name).shape, try floats(name))
  }
}

extension SafeTensorsEntry {
  /// A tensor to be stored under a name.
  public init(_ name: String, _ tensor: Tensor, dtype: DType = .float32) {
    self.init(name, shape: tensor.shape, floats: tensor.elements, dtype: dtype)
  }
}
