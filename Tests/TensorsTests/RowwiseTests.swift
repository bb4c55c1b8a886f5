import Foundation
import Tensors
import Testing

/// The functions of whole rows against double precision.
struct RowwiseTests {
  static let shapes = [[1, 1], [3, 7], [2, 3, 16], [5, 131], [700, 129]]

  private func rows(_ x: Tensor, _ function: ([Double]) -> [Double]) -> [Double] {
    (0..<x.rows).flatMap { function(x.rows($0..<$0 + 1).doubles) }
  }

  private func logSoftmax(_ x: [Double]) -> [Double] {
    let top = x.max() ?? 0
    let shift = top + log(x.reduce(0) { $0 + exp($1 - top) })
    return x.map { $0 - shift }
  }

  @Test(arguments: shapes)
  func layerNorm(shape: [Int]) {
    let columns = shape.last ?? 1
    let (scale, bias) = (Tensor.random([columns], seed: 2), Tensor.random([columns], seed: 3))
    for range in [-1...1.0, 999...1001, -1e-3...1e-3] {
      let x = Tensor.random(shape, in: range)
      let y = Variable(x).layerNormalized(scale: Variable(scale), bias: Variable(bias)).value
      let expected = rows(x) { x in
        let mean = x.reduce(0, +) / Double(columns)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
        return x.indices.map { (x[$0] - mean) / (variance + 1e-5).squareRoot() * scale.doubles[$0] + bias.doubles[$0] }
      }
      #expect(y.shape == shape)
      // At 1000 ± 1 a mean of 32-bit floats is known to 6e-5 at best.
      #expect(deviation(y, from: expected) < (range.lowerBound > 1 ? 5e-4 : 2e-6))
    }
  }

  @Test(arguments: shapes)
  func normalized(shape: [Int]) {
    let x = Tensor.random(shape)
    let expected = rows(x) { x in x.map { $0 / x.reduce(0) { $0 + $1 * $1 }.squareRoot() } }
    #expect(deviation(Variable(x).rowsNormalized().value, from: expected) < 1e-6)
  }

  @Test func aRowOfZerosHasNoDirection() {
    #expect(Variable(Tensor(shape: [1, 4], repeating: 0)).rowsNormalized().value.elements.allSatisfy { $0.isNaN })
  }

  @Test(arguments: shapes)
  func logSoftmaxAndCrossEntropy(shape: [Int]) {
    for range in [-1...1.0, -500...500, 1e4...1.001e4] {
      let x = Tensor.random(shape, in: range)
      let expected = rows(x, logSoftmax)
      #expect(deviation(Variable(x).logSoftmax().value, from: expected) < 1e-6 * max(1, abs(range.upperBound) / 10))
      let columns = x.columns
      let labels = (0..<x.rows).map { $0 * 7 % columns }
      let mean = -labels.enumerated().reduce(0) { $0 + expected[$1.offset * columns + $1.element] } / Double(x.rows)
      let loss = Variable(x).softmaxCrossEntropy(labels: labels).value.scalar
      #expect(abs(Double(loss) - mean) <= 2e-6 * max(abs(range.upperBound), 1))
    }
  }

  @Test func whatCannotBeHasNoWeight() {
    let x = Variable.parameter(Tensor(shape: [1, 3], [0, -.infinity, 0]))
    let y = x.logSoftmax()
    #expect(y.value.elements[1] == -.infinity)
    #expect(abs(y.value.elements[0] + Float(log(2.0))) < 1e-6)
    #expect(y.rows(0..<1).gatheringRows([0]).reshaped([3, 1]).rows(0..<1).sum().gradients()[x]?.elements[1] == 0)
  }

  @Test func gradientOfTheCrossEntropyIsTheDifferenceOfProbabilities() throws {
    let x = Variable.parameter(Tensor.random([4, 19], in: -5...5))
    let labels = [0, 18, 7, 3]
    let gradient = try #require(x.softmaxCrossEntropy(labels: labels).gradients()[x])
    var expected = rows(x.value) { logSoftmax($0).map { exp($0) / 4 } }
    for (row, label) in labels.enumerated() { expected[row * 19 + label] -= 0.25 }
    #expect(deviation(gradient, from: expected) < 1e-6)
  }

  @Test func plansOfRows() {
    let (a, b) = (Tensor.random([4, 3]), Tensor.random([2, 3], seed: 2))
    var plan = RowPlan()
    plan.append(rows: 1..<4, of: 0)
    plan.append(row: 0, of: 1)
    plan.replace(at: 1, byRow: 1, of: 1)
    #expect(plan.count == 4 && plan.sources == [0, 1, 0, 1] && plan.rows == [1, 1, 3, 0])
    let y = Variable.rows(of: [Variable(a), Variable(b)], plan).value
    #expect(y.shape == [4, 3])
    let expected = [a.rows(1..<2), b.rows(1..<2), a.rows(3..<4), b.rows(0..<1)]
    #expect(y.elements == expected.flatMap(\.elements))
    #expect(Variable.rows(of: [Variable(a)], RowPlan()).shape == [0, 3])
    #expect(Variable.concatenatingRows([Variable(a), Variable(b)]).value.elements == a.elements + b.elements)
    let wide = Variable.concatenatingColumns([Variable(b), Variable(a.rows(2..<4))]).value
    #expect(wide.rows(1..<2).elements == b.rows(1..<2).elements + a.rows(3..<4).elements)
  }

  @Test(arguments: [[2, 3, 8, 12, 4], [1, 1, 5, 7, 2], [3, 2, 3, 3, 3], [9, 3, 64, 64, 8]])
  func patchesAreAConvolution(size: [Int]) {
    let (count, channels, height, width, side) = (size[0], size[1], size[2], size[3], size[4])
    let images = Tensor.random([count, channels, height, width])
    let weight = Tensor.random([5, channels, side, side], seed: 2)
    let y = Variable.patchEmbedding(images, weight: Variable(weight)).value
    let (pixels, kernel) = (images.doubles, weight.doubles)
    var expected: [Double] = []
    for image in 0..<count {
      for top in stride(from: 0, through: height - side, by: side) {
        for left in stride(from: 0, through: width - side, by: side) {
          for output in 0..<5 {
            var sum = 0.0
            for channel in 0..<channels {
              for line in 0..<side {
                for column in 0..<side {
                  sum +=
                    pixels[((image * channels + channel) * height + top + line) * width + left + column]
                    * kernel[((output * channels + channel) * side + line) * side + column]
                }
              }
            }
            expected.append(sum)
          }
        }
      }
    }
    #expect(y.shape == [count * (height / side) * (width / side), 5])
    #expect(deviation(y, from: expected) < 2e-6)
  }
}
