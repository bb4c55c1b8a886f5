/// A tensor to be written to a file that PyTorch reads, in 32-bit floats.
public struct PyTorchTensor: Sendable {
  /// Its name in the state dict.
  public let name: String
  /// The extents, slowest first; none for a scalar. Their product is the number of elements.
  public let shape: [Int]
  /// Its elements in row-major order.
  public let floats: [Float]

  /// A tensor of the given elements.
  public init(_ name: String, shape: [Int], floats: [Float]) {
    self.name = name
    self.shape = shape
    self.floats = floats
  }
}
