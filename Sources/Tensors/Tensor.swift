import Basics
import CVectorKernels

/// A dense array of 32-bit floats in row-major order: a value, copied only when one of two copies is written to.
///
/// Most operations see a tensor as a matrix: all dimensions but the last are rows, the last is columns.
public struct Tensor: Sendable {
  /// The size of each dimension; empty for a scalar.
  public let shape: [Int]
  private var storage: TensorStorage
  let offset: Int
  /// Of a frozen matrix its packed forms in half precision; nil where products are in 32 bits.
  var halves: HalfMatrices?

  /// A tensor whose `shape.product` elements are written by `fill`, which finds them uninitialised.
  public init(shape: [Int], filledBy fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.init(uninitialized: shape)
    try fill(UnsafeMutableBufferPointer(start: storage.pointer, count: count))
  }

  /// A tensor of the given elements in row-major order.
  public init(shape: [Int], _ elements: [Float]) {
    require(
      elements.count == shape.reduce(1, *), "\(elements.count) elements do not fill a tensor of shape \(shape)")
    self.init(shape: shape) { buffer in _ = buffer.initialize(from: elements) }
  }

  /// A scalar.
  public init(_ element: Float) { self.init(shape: [], [element]) }

  /// A tensor whose elements are all `value`.
  public init(shape: [Int], repeating value: Float) {
    self.init(shape: shape) { $0.update(repeating: value) }
  }

  init(uninitialized shape: [Int]) {
    require(shape.allSatisfy { $0 >= 0 }, "a dimension cannot be negative: \(shape)")
    self.shape = shape
    storage = TensorStorage(count: shape.reduce(1, *))
    offset = 0
  }

  private init(shape: [Int], storage: TensorStorage, offset: Int, halves: HalfMatrices?) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    self.halves = halves
  }

  /// How many elements there are.
  public var count: Int { shape.reduce(1, *) }
  /// The size of the last dimension; 1 for a scalar.
  public var columns: Int { shape.last ?? 1 }
  /// The product of all dimensions but the last.
  public var rows: Int { shape.dropLast().reduce(1, *) }

  /// The elements in row-major order.
  public var elements: [Float] { withElements { Array($0) } }

  /// The only element.
  public var scalar: Float {
    require(count == 1, "a tensor of shape \(shape) is not a scalar")
    return pointer[0]
  }

  /// Valid as long as this tensor is.
  var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer + offset) }

  /// Calls `body` with the elements in row-major order.
  public func withElements<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: pointer, count: count))
  }

  /// Calls `body` with the elements to be changed in place; copies them first if another tensor shares them.
  public mutating func withMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    if offset != 0 || storage.count != count || !isKnownUniquelyReferenced(&storage) {
      self = Tensor(shape: shape) { copy in withElements { _ = copy.initialize(from: $0) } }
    }
    halves = nil
    return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: count))
  }

  /// The same elements in another shape, without a copy.
  public func reshaped(_ shape: [Int]) -> Tensor {
    require(shape.reduce(1, *) == count, "a tensor of shape \(self.shape) cannot become \(shape)")
    return Tensor(shape: shape, storage: storage, offset: offset, halves: halves)
  }

  /// Some of the rows as a matrix, without a copy.
  public func rows(_ range: Range<Int>) -> Tensor {
    require(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a tensor of shape \(shape)")
    return Tensor(
      shape: [range.count, columns], storage: storage, offset: offset + range.lowerBound * columns, halves: halves)
  }

  /// The columns of a matrix as rows.
  public var transposed: Tensor {
    let (rows, columns) = (rows, columns)
    return Tensor(shape: [columns, rows]) { out in
      for row in 0..<rows {
        for column in 0..<columns { out[column * rows + row] = pointer[row * columns + column] }
      }
    }
  }

  /// Whether no element is infinite or not a number.
  public var isFinite: Bool { withElements { $0.allSatisfy(\.isFinite) } }

  /// Adds `factor · other` to this tensor.
  mutating func add(_ other: Tensor, times factor: Float = 1) {
    requireSameShape(shape, other.shape, "add")
    withMutableElements { elements in
      let target = Pieces.Pointer(elements.baseAddress!)
      let source = Pieces.ConstPointer(other.pointer)
      Pieces.forEach(elements: elements.count) { range in
        rpp_axpy(range.count, factor, source.address + range.lowerBound, target.address + range.lowerBound)
      }
    }
  }
}

extension Tensor: Equatable {
  /// Whether shape and all elements are the same.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && left.withElements { a in right.withElements { b in a.elementsEqual(b) } }
  }
}
