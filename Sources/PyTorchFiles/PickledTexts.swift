import Basics
import SafeTensors

/// A dictionary of texts in a dictionary that PyTorch wrote; read as ``PyTorchFile`` reads weights, so that nothing in the file is run.
public struct PickledTexts: Sendable {
  /// The texts by their keys.
  public let texts: [String: String]

  /// - Parameter key: Where the texts stand in the file's dictionary.
  /// - Throws: ``Failure`` naming the file if it is damaged, or has no dictionary of texts there.
  public init(path: String, key: String) throws {
    let (pickle, root, _) = try PyTorchFile.pickle(in: try MappedFile(path: path))
    guard let entry = pickle.entries(root)?.last(where: { $0.key == .string(key) }) else {
      throw Failure("\(path): there is no entry \(Spelling.quoted(key)) in it")
    }
    guard let pairs = pickle.entries(entry.value) else {
      throw Failure("\(path): the entry \(Spelling.quoted(key)) is no dictionary")
    }
    texts = Dictionary(
      try pairs.map { pair in
        guard case .string(let name) = pair.key, case .string(let text) = pair.value else {
          throw Failure("\(path): the entry \(Spelling.quoted(key)) has more than texts in it")
        }
        return (name, text)
      }, uniquingKeysWith: { _, last in last })
  }
}
