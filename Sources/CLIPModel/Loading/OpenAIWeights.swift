import Basics
import PyTorchFiles
import SafeTensors
import Tensors

/// A file with weights under OpenAI's names.
protocol OpenAIWeights: Sendable {
  var path: String { get }
  var names: [String] { get }
  /// - Throws: ``Failure`` naming the file if there is no such weight.
  func shape(of name: String) throws -> [Int]
  func tensor(_ name: String) throws -> Tensor
}

extension OpenAIWeights {
  func contains(_ name: String) -> Bool { names.contains(name) }
}

extension SafeTensorsFile: OpenAIWeights {
  func shape(of name: String) throws -> [Int] { try info(name).shape }
}

extension PyTorchFile: OpenAIWeights {
  func shape(of name: String) throws -> [Int] {
    guard let shape = shape(name) else { throw Failure("\(path): the weight \(name) is missing") }
    return shape
  }
}
