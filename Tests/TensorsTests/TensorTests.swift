import Foundation
import SafeTensors
import Tensors
import Testing

/// Tensors are values: writing to one never changes another.
struct TensorTests {
  @Test func copiesDoNotSeeChanges() {
    var a = Tensor.random([3, 4])
    let (b, before) = (a, a.elements)
    a.withMutableElements { $0[0] = 9 }
    #expect(b.elements == before)
    #expect(a.elements == [9] + before.dropFirst())
  }

  @Test func viewsDoNotSeeChanges() {
    var a = Tensor.random([4, 3])
    let (rows, all, flat, before) = (a.rows(1..<3), a.rows(0..<4), a.reshaped([12]), a.elements)
    a.withMutableElements { $0.update(repeating: 0) }
    #expect(rows.elements == Array(before[3..<9]))
    #expect(all.elements == before && flat.elements == before)
  }

  @Test func writingToAViewLeavesTheRest() {
    let a = Tensor.random([4, 3])
    let before = a.elements
    for range in [0..<2, 1..<3, 0..<4, 2..<2] {
      var rows = a.rows(range)
      rows.withMutableElements { $0.update(repeating: 0) }
      #expect(rows.elements == [Float](repeating: 0, count: 3 * range.count))
    }
    #expect(a.elements == before)
  }

  @Test func theOnlyViewOfSomethingLargerIsItsOwn() {
    var a = Tensor.random([4, 3])
    let before = a.elements
    a = a.rows(0..<2)
    a.withMutableElements { $0[0] = 9 }
    #expect(a.shape == [2, 3] && a.elements == [9] + before[1..<6])
    a = a.rows(1..<2).reshaped([3, 1])
    a.withMutableElements { $0[2] = 8 }
    #expect(a.elements == [before[3], before[4], 8])
  }

  @Test func whatIsNotSharedIsNotCopied() {
    var a = Tensor.random([100, 100])
    let address = a.withElements { $0.baseAddress }
    a.withMutableElements { $0[0] = 1 }
    #expect(a.withElements { $0.baseAddress } == address)
  }

  @Test func memoryIsUsedAgain() {
    func address(_ count: Int) -> UnsafePointer<Float>? {
      Tensor(shape: [count], repeating: 0).withElements { $0.baseAddress }
    }
    // No other test asks for this size.
    #expect(address(7_654_321) == address(7_654_320))
    #expect(UInt(bitPattern: address(5)) % 64 == 0)
  }

  @Test func shapes() {
    let scalar = Tensor(3)
    #expect(scalar.count == 1 && scalar.rows == 1 && scalar.columns == 1 && scalar.scalar == 3)
    let empty = Tensor(shape: [2, 0, 3], [])
    #expect(empty.count == 0 && empty.rows == 0 && empty.columns == 3 && empty.elements.isEmpty)
    #expect(Tensor.random([2, 3, 5]).rows == 6)
    #expect(Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]).transposed == Tensor(shape: [3, 2], [1, 4, 2, 5, 3, 6]))
    #expect(Tensor(shape: [2], [1, .nan]).isFinite == false)
    #expect(Tensor(shape: [2], [1, 2]) != Tensor(shape: [1, 2], [1, 2]))
  }

  @Test func filesGiveBackWhatWasWritten() throws {
    let path = "\(NSTemporaryDirectory())/rpp-tensor-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let tensors = [
      "scalar": Tensor(0.1), "matrix": Tensor.random([3, 5]), "empty": Tensor(shape: [0, 4], []),
      "view": Tensor.random([6, 2]).rows(2..<5),
      "extreme": Tensor(shape: [3], [.infinity, -0.0, .leastNonzeroMagnitude]),
    ]
    try SafeTensorsWriter.write(to: path, tensors: tensors.map { SafeTensorsEntry($0.key, $0.value) })
    let file = try SafeTensorsFile(path: path)
    #expect(Set(file.names) == Set(tensors.keys))
    for (name, tensor) in tensors {
      #expect(try file.tensor(name).bits == tensor.bits)
      #expect(try file.tensor(name).shape == tensor.shape)
    }
  }
}
