import Basics
import Foundation
import PyTorchFiles
import TestSupport
import Testing

@Suite("PyTorch's files: reading what PyTorch wrote")
struct ReadingTests {
  private static let prompt = (0..<24).map { Float($0) / 8 }

  /// With the state of an optimiser, of Dassl's scheduler and one of PyTorch's in it, and a number of NumPy's.
  @Test(arguments: ["checkpoint.pth.tar", "older.pth.tar"])
  func checkpoints(_ name: String) throws {
    #expect(try PyTorchFile.isOne(sample(name)))
    let file = try PyTorchFile(path: sample(name))
    #expect(file.names == ["ctx", "token_prefix", "token_suffix"])
    #expect(file.shape("ctx") == [3, 8])
    #expect(try file.floats("ctx") == Self.prompt)
    // Views of one storage of [2, 6, 5]: of each part the first row, and the last two.
    #expect(file.shape("token_prefix") == [2, 1, 5])
    #expect(try file.floats("token_prefix") == (Array(0..<5) + Array(30..<35)).map { Float($0) / 4 })
    #expect(file.shape("token_suffix") == [2, 2, 5])
    #expect(try file.floats("token_suffix") == (Array(20..<30) + Array(50..<60)).map { Float($0) / 4 })
    let expected = Failure("\(file.path): no tensor \"ctxt\"; the nearest name is \"ctx\"")
    #expect(throws: expected) { try file.floats("ctxt") }
  }

  @Test func everyKindOfNumber() throws {
    let file = try PyTorchFile(path: sample("kinds.pth"))
    #expect(
      file.names == ["bool", "brain", "double", "half", "long", "nothing", "scalar", "turned"], "the word is no tensor")
    for name in ["half", "brain", "double"] { #expect(try file.floats(name) == [1, -2, 0], "\(name)") }
    for (name, kind) in [("long", "I64"), ("bool", "BOOL")] {
      let expected = Failure(
        "\(file.path): the tensor \"\(name)\" holds integers (\(kind)), wanted are floating-point numbers")
      #expect(throws: expected) { try file.floats(name) }
    }
    #expect(file.shape("turned") == [8, 3])
    #expect(try file.floats("turned") == (0..<8).flatMap { row in (0..<3).map { Self.prompt[$0 * 8 + row] } })
    #expect(file.shape("scalar") == [])
    #expect(try file.floats("scalar") == [2.5])
    #expect(try file.floats("nothing") == [])
  }

  @Test func modulesOfTorchScript() throws {
    let file = try PyTorchFile(path: sample("script.pt"))
    #expect(file.names == ["blocks.0.weight", "scale"])
    #expect(try file.floats("blocks.0.weight") == Self.prompt)
    #expect(try file.floats("scale") == [0.5])
  }

  @Test func whatIsWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let tensors = [
      PyTorchTensor("b", shape: [2, 3], floats: [1, -2, 0.5, 3.25, .infinity, -0.0]),
      PyTorchTensor("a.weight", shape: [], floats: [7]), PyTorchTensor("é", shape: [0, 4], floats: []),
    ]
    let path = "\(folder.path)/model.pth.tar-0"
    try PyTorchWriter.write(to: path, stateDict: tensors)
    let file = try PyTorchFile(path: path)
    #expect(file.names == tensors.map(\.name).sorted())
    for tensor in tensors {
      #expect(file.shape(tensor.name) == tensor.shape)
      #expect(try file.floats(tensor.name).map(\.bitPattern) == tensor.floats.map(\.bitPattern))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == PyTorchWriter.encode(tensors))
    #expect(throws: Failure("two tensors of one checkpoint have the same name")) {
      try PyTorchWriter.encode([tensors[0], tensors[0]])
    }
  }
}
