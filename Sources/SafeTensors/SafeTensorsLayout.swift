import Basics
import Foundation

/// Where tensors lie in a safetensors file, known before any of their elements: for files that are larger than memory, and written
/// piece by piece.
///
/// Tensors follow each other by element size, largest first, then by name (as in the format's reference implementation), and the
/// header is padded with spaces to a multiple of 8 bytes: so every element is aligned in the file.
public struct SafeTensorsLayout: Sendable {
  /// A tensor without its elements.
  public struct Tensor: Sendable {
    let name: String
    let dtype: DType
    let shape: [Int]

    /// A tensor of a name that is neither empty nor `__metadata__`.
    public init(_ name: String, _ dtype: DType, _ shape: [Int]) {
      (self.name, self.dtype, self.shape) = (name, dtype, shape)
    }

    var size: Int { shape.reduce(dtype.size, *) }
  }

  /// In their order in the file.
  let tensors: [Tensor]

  /// A layout of tensors of distinct names, in any order.
  public init(_ tensors: [Tensor]) {
    self.tensors = tensors.sorted { ($1.dtype.size, $0.name) < ($0.dtype.size, $1.name) }
  }

  /// What the file begins with: the length of the header, and the header.
  ///
  /// - Throws: ``Failure`` if the header is larger than the format allows.
  public func beginning(metadata: [String: String]) throws -> Data {
    let header = try header(metadata)
    return Self.length(header) + header
  }

  /// Bytes of all tensors.
  public var dataSize: Int { tensors.reduce(0) { $0 + $1.size } }

  /// Where a tensor begins behind the header; it must be one of the layout's.
  public func offset(of name: String) -> Int {
    tensors.prefix { $0.name != name }.reduce(0) { $0 + $1.size }
  }

  func header(_ metadata: [String: String]) throws -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.json($0.key)):\(Self.json($0.value))" }
      members.append("\(Self.json(Header.metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var begin = 0
    for tensor in tensors {
      let end = begin + tensor.size
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(Self.json(tensor.name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
      begin = end
    }
    var header = [UInt8]("{\(members.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    guard header.count <= Header.largest else {
      throw Failure("a safetensors header may have \(Header.largest) bytes, this one has \(header.count)")
    }
    return header
  }

  static func length(_ header: [UInt8]) -> Data { withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } }

  private static func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
