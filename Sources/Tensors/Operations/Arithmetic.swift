import Basics
import CVectorKernels

extension Variable {
  /// The sum, element by element, of two variables of the same shape.
  public static func + (left: Variable, right: Variable) -> Variable {
    requireSameShape(left.shape, right.shape, "sum")
    let sum = Tensor.elementwise(left.value, right.value, rpp_add)
    let (needsLeft, needsRight) = (left.requiresGradient, right.requiresGradient)
    return .result(sum, of: [left, right]) { dy in [needsLeft ? dy : nil, needsRight ? dy : nil] }
  }

  /// The difference, element by element, of two variables of the same shape.
  public static func - (left: Variable, right: Variable) -> Variable { left + right * -1 }

  /// The product, element by element, of two variables of the same shape.
  public static func * (left: Variable, right: Variable) -> Variable {
    requireSameShape(left.shape, right.shape, "product")
    let (x, y) = (left.value, right.value)
    let (needsLeft, needsRight) = (left.requiresGradient, right.requiresGradient)
    return .result(.elementwise(x, y, rpp_multiply), of: [left, right]) { dz in
      [
        needsLeft ? .elementwise(dz, y, rpp_multiply) : nil,
        needsRight ? .elementwise(dz, x, rpp_multiply) : nil,
      ]
    }
  }

  /// Every element times a number.
  public static func * (left: Variable, factor: Float) -> Variable {
    .result(left.value.scaled(by: factor), of: [left]) { dy in [dy.scaled(by: factor)] }
  }

  /// Every element times a scalar variable (CLIP's logit scale).
  public func scaled(by factor: Variable) -> Variable {
    let (x, f) = (value, factor.value.scalar)
    let (needsX, needsFactor) = (requiresGradient, factor.requiresGradient)
    let factorShape = factor.shape
    return .result(x.scaled(by: f), of: [self, factor]) { dy in
      [
        needsX ? dy.scaled(by: f) : nil,
        needsFactor ? Tensor(shape: factorShape, [rpp_dot(x.count, x.pointer, dy.pointer)]) : nil,
      ]
    }
  }

  /// A vector added to every row: `[..., columns] + [columns]`.
  public func addingToRows(_ row: Variable) -> Variable {
    require(row.shape == [value.columns], "addingToRows: the shapes \(shape) and \(row.shape) do not fit")
    var sum = value
    sum.addToRows(row.value)
    let (needsX, needsRow) = (requiresGradient, row.requiresGradient)
    return .result(sum, of: [self, row]) { dy in [needsX ? dy : nil, needsRow ? dy.sumOfRows() : nil] }
  }

  /// e to the power of every element.
  public func exponential() -> Variable {
    let y = value.mapped(rpp_exp)
    return .result(y, of: [self]) { dy in [.elementwise(dy, y, rpp_multiply)] }
  }

  /// |x| of every element, with the derivative 0 at 0.
  public func abs() -> Variable {
    let signs = Tensor(shape: shape) { out in
      value.withElements { x in
        for i in x.indices { out.initializeElement(at: i, to: x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0) }
      }
    }
    return .result(.elementwise(value, signs, rpp_multiply), of: [self]) { dy in
      [.elementwise(dy, signs, rpp_multiply)]
    }
  }

  /// The sum of all elements.
  public func sum() -> Variable {
    let shape = shape
    return .result(Tensor(rpp_sum(value.count, value.pointer)), of: [self]) { dy in
      [Tensor(shape: shape, repeating: dy.scalar)]
    }
  }

  /// The mean of all elements.
  public func mean() -> Variable { sum() * (1 / Float(value.count)) }

  /// The same elements in another shape.
  public func reshaped(_ shape: [Int]) -> Variable {
    let old = self.shape
    return .result(value.reshaped(shape), of: [self]) { dy in [dy.reshaped(old)] }
  }
}

extension Tensor {
  typealias UnaryKernel = @convention(c) (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void
  typealias BinaryKernel =
    @convention(c) (
      Int, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void

  func mapped(_ kernel: UnaryKernel) -> Tensor {
    let source = Pieces.ConstPointer(pointer)
    return Tensor(shape: shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      Pieces.forEach(elements: out.count) { range in
        kernel(range.count, source.address + range.lowerBound, target.address + range.lowerBound)
      }
    }
  }

  static func elementwise(_ x: Tensor, _ y: Tensor, _ kernel: BinaryKernel) -> Tensor {
    let (left, right) = (Pieces.ConstPointer(x.pointer), Pieces.ConstPointer(y.pointer))
    return Tensor(shape: x.shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      Pieces.forEach(elements: out.count) { range in
        let start = range.lowerBound
        kernel(range.count, left.address + start, right.address + start, target.address + start)
      }
    }
  }

  /// Every element times a number.
  public func scaled(by factor: Float) -> Tensor {
    let source = Pieces.ConstPointer(pointer)
    return Tensor(shape: shape) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      Pieces.forEach(elements: out.count) { range in
        rpp_scale(range.count, factor, source.address + range.lowerBound, target.address + range.lowerBound)
      }
    }
  }
}
