import Tensors
import Testing

/// Shapes that do not fit stop the process in the operation that meets them, in release builds too, and both are named.
struct ShapeErrorTests {
  private func said(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func product() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.product(Tensor(shape: [2, 3], repeating: 0), Tensor(shape: [4, 5], repeating: 0))
    }
    #expect(said(result).contains("MatrixProduct.swift"))
    #expect(said(result).contains("matrix product: the shapes [2, 3] and [4, 5] do not fit"))
  }

  @Test func sum() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Variable(Tensor(shape: [2, 3], repeating: 0)) + Variable(Tensor(shape: [3, 2], repeating: 0))
    }
    #expect(said(result).contains("Arithmetic.swift"))
    #expect(said(result).contains("sum: the shapes [2, 3] and [3, 2] differ"))
  }

  @Test func linear() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Variable(Tensor(shape: [2, 3], repeating: 0)).linear(weight: Variable(Tensor(shape: [4, 5], repeating: 0)))
    }
    #expect(said(result).contains("a weight of shape [4, 5] does not fit rows of shape [2, 3]"))
  }

  @Test func mlp() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      func zeros(_ shape: [Int]) -> Variable { Variable(Tensor(shape: shape, repeating: 0)) }
      let mlp = MLP(
        hidden: Linear(weight: zeros([4, 3]), bias: zeros([4])), .quickGELU,
        output: Linear(weight: zeros([3, 5]), bias: zeros([3])))
      _ = mlp(zeros([2, 3]), addedTo: zeros([2, 3]))
    }
    #expect(said(result).contains("linear: a weight of shape [3, 5] does not fit rows of shape [2, 4]"))
  }

  @Test func layerNorm() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let four = Variable(Tensor(shape: [4], repeating: 0))
      _ = Variable(Tensor(shape: [2, 3], repeating: 0)).layerNormalized(scale: four, bias: four)
    }
    #expect(said(result).contains("scale [4] and bias [4] for rows of shape [2, 3]"))
  }

  @Test func reshaping() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor(shape: [2, 3], repeating: 0).reshaped([5])
    }
    #expect(said(result).contains("a tensor of shape [2, 3] cannot become [5]"))
  }

  @Test(arguments: [2, -1])
  func rowsThatAreNotThere(row: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [row = row as Int] in
      _ = Variable(Tensor(shape: [2, 3], repeating: 0)).gatheringRows([row])
    }
    #expect(said(result).contains("row \(row) of a matrix of shape [2, 3]"))
  }

  /// Layouts that would leave rows unwritten, write outside of the matrix, or have two threads write to one row.
  @Test(arguments: 0..<5)
  func layouts(index: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [index = index as Int] in
      let sequences: [[AttentionLayout.Sequence]] = [
        [.init(queries: 0..<3, keys: 0..<3)],
        [.init(queries: 2..<6, keys: 0..<4)],
        [.init(queries: 0..<4, keys: 2..<6)],
        [.init(queries: 0..<2, keys: 0..<3), .init(queries: 2..<4, keys: 2..<4)],
        [.init(queries: 0..<4, keys: 0..<4, prefix: 3..<5)],
      ]
      _ = Variable.attention(
        queries: Variable(Tensor(shape: [4, 2], repeating: 0)),
        keysAndValues: Variable(Tensor(shape: [4, 4], repeating: 0)), heads: 1,
        layout: AttentionLayout(sequences[index], isCausal: false))
    }
    #expect(said(result).contains("for queries, keys and values of shapes [[4, 2], [4, 4]]"))
  }

  @Test func gradientsTwice() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let y = Variable.parameter(Tensor(2)) * 3
      _ = y.gradients()
      _ = y.gradients()
    }
    #expect(said(result).contains("gradients of one computation can be taken once"))
  }
}
