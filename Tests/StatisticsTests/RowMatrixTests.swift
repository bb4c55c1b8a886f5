import Basics
import Statistics
import Testing

struct RowMatrixTests {
  @Test func agreesWithNumPy() throws {
    for golden in try Golden.values().matrices {
      let matrix = try RowMatrix(columns: golden.columns, golden.values)
      #expect(agree(try matrix.singularValues(), golden.singularValues))
      #expect(agree([try matrix.effectiveRank()], [golden.effectiveRank]))
      let cosines = try CosineSimilarities(ofRows: matrix)
      #expect(agree(cosines.matrix.values, golden.cosines))
      #expect(agree(cosines.spectrum, golden.spectrum))
      #expect(agree([try #require(cosines.meanAbsoluteOffDiagonal)], [golden.meanAbsoluteOffDiagonal]))
    }
  }

  @Test func effectiveRankOfTheIdentityIsItsSize() throws {
    let identity = try RowMatrix(columns: 7, (0..<49).map { $0 % 8 == 0 ? 1 : 0 })
    #expect(agree([try identity.effectiveRank()], [7]))
    let cosines = try CosineSimilarities(ofRows: identity)
    #expect(cosines.matrix == identity && cosines.meanAbsoluteOffDiagonal == 0)
  }

  @Test func effectiveRankOfRankOneIsOne() throws {
    let column = [1.0, -2, 3, 0.5]
    let row = [2.0, 1, -1]
    let product = try RowMatrix(columns: 3, column.flatMap { a in row.map { a * $0 } })
    #expect(agree([try product.effectiveRank()], [1]))
    let cosines = try CosineSimilarities(ofRows: product)
    #expect(agree([try #require(cosines.meanAbsoluteOffDiagonal)], [1]))
    #expect(agree([cosines.matrix.values[1]], [-1]))
    #expect(agree(cosines.spectrum, [4, 0, 0, 0]))
  }

  @Test func cosinesDoNotDependOnLength() throws {
    let plain = try CosineSimilarities(ofRows: RowMatrix(columns: 2, [3, 4, 4, 3]))
    #expect(agree(plain.matrix.values, [1, 0.96, 0.96, 1]))
    let extreme = try CosineSimilarities(ofRows: RowMatrix(columns: 2, [3e-200, 4e-200, 4e200, 3e200]))
    #expect(agree(extreme.matrix.values, plain.matrix.values))
    #expect(try CosineSimilarities(ofRows: RowMatrix(columns: 2, [3, 4])).meanAbsoluteOffDiagonal == nil)
  }

  @Test func whatIsNoMatrixIsRefused() throws {
    #expect(throws: Failure("5 numbers are no matrix of 2 columns")) { try RowMatrix(columns: 2, [1, 2, 3, 4, 5]) }
    #expect(throws: Failure("a matrix: value 1 is inf, not a finite number")) {
      try RowMatrix(columns: 2, [1, .infinity])
    }
    #expect(throws: Failure("a matrix: 0 values, where at least 1 are needed")) { try RowMatrix(columns: 2, []) }
    #expect(throws: Failure("a matrix of zeros has no effective rank")) {
      try RowMatrix(columns: 2, [0, 0, 0, 0]).effectiveRank()
    }
    #expect(throws: Failure("row 1 is all zeros, and has no cosine to another")) {
      try CosineSimilarities(ofRows: RowMatrix(columns: 2, [1, 0, 0, 0]))
    }
  }
}
