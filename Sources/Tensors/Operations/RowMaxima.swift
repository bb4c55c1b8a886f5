extension Tensor {
  /// The largest element of every row and its column, the first of equals.
  public func rowMaxima() -> [(column: Int, value: Float)] {
    let columns = columns
    return [(column: Int, value: Float)](unsafeUninitializedCapacity: rows) { out, count in
      nonisolated(unsafe) let target = out.baseAddress!
      let source = Pieces.ConstPointer(pointer)
      Pieces.forEach(rows: rows, costOfRow: columns) { range in
        for row in range {
          let elements = source.address + row * columns
          var best = 0
          for column in 1..<max(1, columns) where elements[column] > elements[best] { best = column }
          (target + row).initialize(to: (best, elements[best]))
        }
      }
      count = rows
    }
  }
}
