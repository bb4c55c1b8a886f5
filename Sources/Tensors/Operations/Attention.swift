import Basics
import CVectorKernels

extension Variable {
  /// Multi-head scaled dot-product attention on packed sequences: softmax(Q Kᵀ / √(width of a head)) V in every head
  /// (Vaswani et al. 2017).
  ///
  /// No score matrix outlives its group of sequences and head: the backward pass computes the scores again.
  ///
  /// - Parameters:
  ///   - queries: `[queries, width]`.
  ///   - keysAndValues: `[rows, 2 · width]`, keys in the first half of the columns and values in the second.
  ///   - prefixKeysAndValues: The matrix that the layout's prefixes are rows of; nil where that is `keysAndValues`.
  ///   - heads: How many equal parts the width is split into.
  ///   - layout: Which rows are a sequence.
  /// - Returns: `[queries, width]`.
  public static func attention(
    queries: Variable, keysAndValues: Variable, prefixKeysAndValues: Variable? = nil, heads: Int,
    layout: AttentionLayout
  ) -> Variable {
    let width = queries.value.columns
    return attention(
      [queries, keysAndValues] + (prefixKeysAndValues.map { [$0] } ?? []), heads: heads, layout: layout,
      AttentionHeads.Columns(width: width, query: (0, 0), key: (1, 0), prefix: (prefixKeysAndValues == nil ? 1 : 2, 0)))
  }

  /// The same with queries, keys and values side by side in one matrix.
  ///
  /// - Parameter queriesKeysAndValues: `[rows, 3 · width]`.
  /// - Returns: `[rows, width]`.
  public static func attention(
    queriesKeysAndValues: Variable, prefixKeysAndValues: Variable? = nil, heads: Int, layout: AttentionLayout
  ) -> Variable {
    let width = queriesKeysAndValues.value.columns / 3
    return attention(
      [queriesKeysAndValues] + (prefixKeysAndValues.map { [$0] } ?? []), heads: heads, layout: layout,
      AttentionHeads.Columns(
        width: width, query: (0, 0), key: (0, width), prefix: prefixKeysAndValues == nil ? (0, width) : (1, 0)))
  }

  private static func attention(
    _ matrices: [Variable], heads: Int, layout: AttentionLayout, _ columns: AttentionHeads.Columns
  ) -> Variable {
    let (values, width) = (matrices.map(\.value), columns.width)
    let queries = values[columns.query.matrix].rows
    require(
      heads > 0 && width > 0 && width % heads == 0
        && values.indices.allSatisfy { values[$0].columns == columns.count(ofMatrix: $0) },
      "attention: \(heads) heads of queries, keys and values of shapes \(values.map(\.shape))")
    require(
      layout.fits(
        queries: queries, keys: values[columns.key.matrix].rows, prefixKeys: values[columns.prefix.matrix].rows),
      "attention: a layout of \(layout.queryCount) queries and \(layout.keyCount) keys does not fit, or has rows twice, "
        + "for queries, keys and values of shapes \(values.map(\.shape))")
    let heads = AttentionHeads(columns, count: heads, layout)
    let y = Tensor(shape: [queries, width]) { out in
      let target = Pieces.Pointer(out.baseAddress!)
      heads.forEachPiece { piece in
        heads.forward(piece, AttentionHeads.Operands(values, columns), into: target.address)
      }
    }
    let wanted = matrices.map(\.requiresGradient)
    return .result(y, of: matrices) { dy in
      // Queries' gradients are written, those of keys and values summed.
      var gradients = values.indices.map { index in
        wanted[index] ? Tensor(shape: values[index].shape, repeating: 0) : nil
      }
      let targets = gradients.indices.map { index in
        gradients[index]?.withMutableElements { Pieces.Pointer($0.baseAddress!) }
      }
      heads.forEachPiece { piece in
        heads.backward(
          piece, AttentionHeads.Operands(values, columns), dy.pointer,
          AttentionHeads.Targets(targets, values.map(\.columns), columns))
      }
      return gradients
    }
  }
}

/// The arithmetic of attention for some sequences and heads, on one thread.
private struct AttentionHeads: Sendable {
  /// Where queries and keys stand: the matrix, and the first of their columns in it. Values stand behind keys.
  struct Columns: Sendable {
    typealias Place = (matrix: Int, column: Int)
    let width: Int
    let query: Place
    let key: Place
    let prefix: Place

    /// The least number of columns of a matrix that holds what stands in it.
    func count(ofMatrix matrix: Int) -> Int {
      [(query, width), (key, 2 * width), (prefix, 2 * width)].filter { $0.0.matrix == matrix }
        .reduce(0) { max($0, $1.0.column + $1.1) }
    }
  }

  /// The matrices of queries, of the sequences' own keys, and of prefixes' keys, as factors of products.
  struct Operands {
    let query: MatrixProduct.Operand
    private let own: MatrixProduct.Operand
    private let prefix: MatrixProduct.Operand

    init(_ matrices: [Tensor], _ columns: Columns) {
      func operand(_ place: Columns.Place) -> MatrixProduct.Operand {
        matrices[place.matrix].operand().from(column: place.column)
      }
      (query, own, prefix) = (operand(columns.query), operand(columns.key), operand(columns.prefix))
    }

    /// The keys of a part.
    func keys(_ part: Part) -> MatrixProduct.Operand {
      (part.isPrefix ? prefix : own).from(row: part.keys.lowerBound)
    }
  }

  /// Where the gradients of queries and keys are written; nil where none is wanted.
  struct Targets {
    struct Target {
      let address: UnsafeMutablePointer<Float>
      let stride: Int

      func from(row: Int) -> Target { Target(address: address + row * stride, stride: stride) }
    }
    private let query: Target?
    private let own: Target?
    private let prefix: Target?

    init(_ matrices: [Pieces.Pointer?], _ strides: [Int], _ columns: Columns) {
      func target(_ place: Columns.Place) -> Target? {
        matrices[place.matrix].map { Target(address: $0.address + place.column, stride: strides[place.matrix]) }
      }
      (query, own, prefix) = (target(columns.query), target(columns.key), target(columns.prefix))
    }

    func queries(_ part: Part) -> Target? { query.map { $0.from(row: part.queries.lowerBound) } }
    func keys(_ part: Part) -> Target? { (part.isPrefix ? prefix : own).map { $0.from(row: part.keys.lowerBound) } }
  }

  /// Query rows and the key rows that one product multiplies them with; causal attention may hide some keys from some queries.
  struct Part: Sendable {
    let queries: Range<Int>
    let keys: Range<Int>
    /// The column of the scores where these keys begin.
    let start: Int
    let isPrefix: Bool
    /// Whether another part has already written to the result rows of these queries, so that this one adds to them.
    let isSecond: Bool
  }

  /// Sequences whose scores are one matrix, and the products that it comes from: all queries with the prefix that they share,
  /// each sequence's queries with its own keys.
  struct Group: Sendable {
    let sequences: Range<Int>
    let queries: Range<Int>
    let columns: Int
    let parts: [Part]
    var scoreCount: Int { queries.count * columns }

    init(_ range: Range<Int>, of layout: AttentionLayout) {
      let members = layout.sequences[range].filter { !$0.queries.isEmpty }
      let prefix = members.first?.prefix ?? 0..<0
      sequences = range
      queries = (members.first?.queries.lowerBound ?? 0)..<(members.last?.queries.upperBound ?? 0)
      columns = prefix.count + members.reduce(0) { max($0, $1.keys.count) }
      let own = members.map {
        Part(
          queries: $0.queries, keys: $0.keys, start: prefix.count, isPrefix: false, isSecond: !prefix.isEmpty)
      }
      let shared = Part(queries: queries, keys: prefix, start: 0, isPrefix: true, isSecond: false)
      parts = prefix.isEmpty ? own : [shared] + own
    }
  }

  typealias Piece = (groups: Range<Int>, heads: Range<Int>)

  private let width: Int
  private let count: Int
  private let layout: AttentionLayout
  private let groups: [Group]
  private var headWidth: Int { width / count }
  private var factor: Float { 1 / Float(headWidth).squareRoot() }

  init(_ columns: Columns, count: Int, _ layout: AttentionLayout) {
    width = columns.width
    self.count = count
    self.layout = layout
    groups = layout.groups.map { Group($0, of: layout) }
  }

  func forEachPiece(_ body: @Sendable (Piece) -> Void) {
    let pieces = layout.pieces(groups: groups.count, heads: count)
    Parallel.forEach(pieces.count) { body(pieces[$0]) }
  }

  func forward(_ piece: Piece, _ operands: Operands, into y: UnsafeMutablePointer<Float>) {
    withScores(for: piece, matrices: 1) { buffer in
      forEachHead(piece) { group, column in
        let scores = Scores(group, buffer)
        probabilities(scores, column, operands)
        for part in group.parts {
          MatrixProduct.multiplySerially(
            m: part.queries.count, n: headWidth, k: part.keys.count, scores.operand(part),
            operands.keys(part).from(column: width + column), adding: part.isSecond,
            into: y + part.queries.lowerBound * width + column, stride: width)
        }
      }
    }
  }

  func backward(_ piece: Piece, _ operands: Operands, _ dy: UnsafePointer<Float>, _ targets: Targets) {
    withScores(for: piece, matrices: 2) { buffer in
      forEachHead(piece) { group, column in
        let p = Scores(group, buffer)
        let dp = Scores(group, buffer + group.scoreCount)
        probabilities(p, column, operands)
        for part in group.parts {
          let gradient = MatrixProduct.Operand(dy + part.queries.lowerBound * width + column, stride: width)
          MatrixProduct.multiplySerially(
            m: part.queries.count, n: part.keys.count, k: headWidth, gradient,
            operands.keys(part).from(column: width + column).transpose, into: dp.address(part), stride: group.columns)
          guard let target = targets.keys(part) else { continue }
          // dV += Pᵀ dY
          MatrixProduct.multiplySerially(
            m: part.keys.count, n: headWidth, k: part.queries.count, p.operand(part).transpose, gradient,
            adding: true, into: target.address + width + column, stride: target.stride)
        }
        forEachRow(of: group) { row, visible, columns in
          let line = dp.address + row * group.columns
          rpp_softmax_backward(visible, factor, p.address + row * group.columns, line)
          (line + visible).update(repeating: 0, count: columns - visible)
        }
        for part in group.parts {
          if let target = targets.queries(part) {
            MatrixProduct.multiplySerially(
              m: part.queries.count, n: headWidth, k: part.keys.count, dp.operand(part),
              operands.keys(part).from(column: column), adding: part.isSecond, into: target.address + column,
              stride: target.stride)
          }
          if let target = targets.keys(part) {
            // dK += dSᵀ Q
            MatrixProduct.multiplySerially(
              m: part.keys.count, n: headWidth, k: part.queries.count, dp.operand(part).transpose,
              operands.query.from(row: part.queries.lowerBound).from(column: column), adding: true,
              into: target.address + column, stride: target.stride)
          }
        }
      }
    }
  }

  /// softmax(Q Kᵀ · factor) of one group and head; 0 for keys that a query does not attend to.
  private func probabilities(_ scores: Scores, _ column: Int, _ operands: Operands) {
    for part in scores.group.parts {
      MatrixProduct.multiplySerially(
        m: part.queries.count, n: part.keys.count, k: headWidth,
        operands.query.from(row: part.queries.lowerBound).from(column: column),
        operands.keys(part).from(column: column).transpose, into: scores.address(part), stride: scores.group.columns)
    }
    forEachRow(of: scores.group) { row, visible, columns in
      let line = scores.address + row * scores.group.columns
      rpp_softmax(visible, factor, line)
      (line + visible).update(repeating: 0, count: columns - visible)
    }
  }

  /// Calls `body` with each row of a group's scores, how many of its columns it attends to, and how many its sequence has.
  private func forEachRow(of group: Group, _ body: (Int, Int, Int) -> Void) {
    for sequence in layout.sequences[group.sequences] {
      for (index, query) in sequence.queries.enumerated() {
        body(
          query - group.queries.lowerBound, sequence.visible(at: index, causal: layout.isCausal),
          sequence.prefix.count + sequence.keys.count)
      }
    }
  }

  /// Calls `body` with each group of a piece and the first column of each head.
  private func forEachHead(_ piece: Piece, _ body: (Group, Int) -> Void) {
    for group in groups[piece.groups] where !group.queries.isEmpty {
      for head in piece.heads { body(group, head * headWidth) }
    }
  }

  /// Room for the largest score matrix of the piece.
  private func withScores(for piece: Piece, matrices: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let size = groups[piece.groups].reduce(0) { max($0, $1.scoreCount) }
    var scratch = Tensor(uninitialized: [matrices * size])
    scratch.withMutableElements { body($0.baseAddress!) }
  }

  /// The score matrix of one group and head: queries in rows, the prefix's keys and then a sequence's own in columns.
  private struct Scores {
    let group: Group
    let address: UnsafeMutablePointer<Float>

    init(_ group: Group, _ address: UnsafeMutablePointer<Float>) {
      self.group = group
      self.address = address
    }

    func address(_ part: Part) -> UnsafeMutablePointer<Float> {
      address + (part.queries.lowerBound - group.queries.lowerBound) * group.columns + part.start
    }

    func operand(_ part: Part) -> MatrixProduct.Operand {
      MatrixProduct.Operand(address(part), stride: group.columns)
    }
  }
}
