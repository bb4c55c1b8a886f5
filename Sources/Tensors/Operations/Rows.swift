import Basics
import CVectorKernels

/// A matrix put together from rows of others: row i of the result is row `rows[i]` of source `sources[i]`.
///
/// This one description serves gathering, slicing, concatenation, embedding look-up and putting prompts in the place of rows.
public struct RowPlan: Sendable, Equatable {
  /// Which matrix each row comes from.
  public private(set) var sources: [Int32] = []
  /// Which of its rows that is.
  public private(set) var rows: [Int32] = []

  /// A plan without rows.
  public init() {}

  /// How many rows the result has.
  public var count: Int { rows.count }

  /// Adds a row of a source.
  public mutating func append(row: Int, of source: Int) {
    sources.append(Int32(source))
    rows.append(Int32(row))
  }

  /// Adds successive rows of a source.
  public mutating func append(rows range: Range<Int>, of source: Int) {
    for row in range { append(row: row, of: source) }
  }

  /// Takes another row instead of the one at `index`.
  public mutating func replace(at index: Int, byRow row: Int, of source: Int) {
    sources[index] = Int32(source)
    rows[index] = Int32(row)
  }
}

extension Variable {
  /// A matrix put together from rows of `sources` as `plan` says; all have the same number of columns.
  ///
  /// - Returns: `[plan.count, columns]`. A source's gradient sums over all the places where its rows went.
  public static func rows(of sources: [Variable], _ plan: RowPlan) -> Variable {
    let columns = sources[0].value.columns
    require(
      sources.allSatisfy { $0.value.columns == columns }, "rows: the widths of \(sources.map(\.shape)) differ")
    let values = sources.map(\.value)
    let y = Tensor(shape: [plan.count, columns]) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      Pieces.forEach(rows: plan.count, costOfRow: columns) { range in
        for i in range {
          let source = values[Int(plan.sources[i])]
          require(
            (0..<source.rows).contains(Int(plan.rows[i])),
            "rows: row \(plan.rows[i]) of a matrix of shape \(source.shape)")
          (target.address + i * columns).update(
            from: source.pointer + Int(plan.rows[i]) * columns, count: columns)
        }
      }
    }
    let wanted = sources.map(\.requiresGradient)
    let shapes = sources.map(\.shape)
    return .result(y, of: sources) { dy in
      var gradients = zip(wanted, shapes).map { wanted, shape in wanted ? Tensor(shape: shape, repeating: 0) : nil }
      let targets = gradients.indices.map { index in
        gradients[index]?.withMutableElements { Pieces.Pointer($0.baseAddress!) }
      }
      // The rows of a source are summed in the order of the plan.
      Pieces.forEach(columns: columns, ofRows: plan.count) { range in
        for i in 0..<plan.count {
          guard let target = targets[Int(plan.sources[i])] else { continue }
          rpp_axpy(
            range.count, 1, dy.pointer + i * columns + range.lowerBound,
            target.address + Int(plan.rows[i]) * columns + range.lowerBound)
        }
      }
      return gradients
    }
  }

  /// The rows with the given indices.
  public func gatheringRows(_ indices: [Int]) -> Variable {
    var plan = RowPlan()
    for index in indices { plan.append(row: index, of: 0) }
    return .rows(of: [self], plan)
  }

  /// Some successive rows.
  public func rows(_ range: Range<Int>) -> Variable {
    let shape = shape
    return .result(value.rows(range), of: [self]) { dy in
      var dx = Tensor(shape: shape, repeating: 0)
      dx.withMutableElements { dx in
        (dx.baseAddress! + range.lowerBound * dy.columns).update(from: dy.pointer, count: dy.count)
      }
      return [dx]
    }
  }

  /// All rows of the parts, one part after the other.
  public static func concatenatingRows(_ parts: [Variable]) -> Variable {
    var plan = RowPlan()
    for (source, part) in parts.enumerated() { plan.append(rows: 0..<part.value.rows, of: source) }
    return .rows(of: parts, plan)
  }

  /// The columns of the parts side by side; all have the same number of rows.
  public static func concatenatingColumns(_ parts: [Variable]) -> Variable {
    let rows = parts[0].value.rows
    require(
      parts.allSatisfy { $0.value.rows == rows }, "concatenatingColumns: the rows of \(parts.map(\.shape)) differ")
    let widths = parts.map(\.value.columns)
    let width = widths.reduce(0, +)
    let starts = widths.indices.map { widths[..<$0].reduce(0, +) }
    let y = Tensor(shape: [rows, width]) { out in
      for (part, start) in zip(parts, starts) {
        let columns = part.value.columns
        for r in 0..<rows {
          (out.baseAddress! + r * width + start).update(from: part.value.pointer + r * columns, count: columns)
        }
      }
    }
    let (wanted, shapes) = (parts.map(\.requiresGradient), parts.map(\.shape))
    return .result(y, of: parts) { dy in
      wanted.indices.map { index in
        guard wanted[index] else { return nil }
        return Tensor(shape: shapes[index]) { out in
          for r in 0..<rows {
            (out.baseAddress! + r * widths[index]).update(
              from: dy.pointer + r * width + starts[index], count: widths[index])
          }
        }
      }
    }
  }
}
