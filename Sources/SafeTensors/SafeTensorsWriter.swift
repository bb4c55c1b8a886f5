import Basics
import Foundation

/// Writes safetensors files: the same tensors and metadata always give the same bytes, in whatever order they come.
///
/// Tensors lie in the file as ``SafeTensorsLayout`` has it.
///
/// A checked file has a checksum under `checksum` in its metadata: the ``Checksum`` of the length and the header, the
/// checksum's own digits being zeros, followed by the digits of the data's ``Checksum``.
public enum SafeTensorsWriter {
  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - tensors: The tensors, in any order.
  ///   - metadata: What the file says of itself; in a checked file, `checksum` is replaced.
  ///   - checksum: Whether to make a checked file.
  /// - Throws: ``Failure`` naming the tensor whose name is empty, reserved or taken, or whose shape or type does not fit
  ///   its elements; or if the header is larger than the format allows.
  public static func encode(
    _ tensors: [SafeTensorsEntry], metadata: [String: String] = [:], checksum: Bool = false
  ) throws -> Data {
    try check(tensors)
    let layout = SafeTensorsLayout(tensors.map { .init($0.name, $0.dtype, $0.shape) })
    let entries = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    let tensors = layout.tensors.map { entries[$0.name]! }
    var data = Data(capacity: tensors.reduce(0) { $0 + $1.elements.count * $1.dtype.size })
    for tensor in tensors { append(tensor, to: &data) }
    var metadata = metadata
    if checksum { metadata[Header.checksumKey] = String(repeating: "0", count: 32) }
    var header = try layout.header(metadata)
    if checksum {
      metadata[Header.checksumKey] = self.checksum(header: header, data: Checksum.of(data))
      header = try layout.header(metadata)
    }
    return SafeTensorsLayout.length(header) + header + data
  }

  /// Writes a file; it is whole, or what was there before stays.
  ///
  /// - Throws: As ``encode(_:metadata:checksum:)``, or ``Failure`` naming the path if the system refuses (disk full).
  public static func write(
    to path: String, tensors: [SafeTensorsEntry], metadata: [String: String] = [:]
  ) throws {
    try AtomicFile.write(try encode(tensors, metadata: metadata), to: path)
  }

  /// Writes a checked file, whose damage ``SafeTensorsFile/init(path:verifyingChecksum:)`` finds.
  ///
  /// - Throws: As ``write(to:tensors:metadata:)``.
  public static func writeWithChecksum(
    to path: String, tensors: [SafeTensorsEntry], metadata: [String: String] = [:]
  ) throws {
    try AtomicFile.write(try encode(tensors, metadata: metadata, checksum: true), to: path)
  }

  /// What stands for each digit of the checksum while it is computed.
  static let blankDigit = UInt8(ascii: "0")

  /// The checksum of a file from its header, the checksum's digits blank, and the data's checksum.
  static func checksum(header: [UInt8], data: String) -> String {
    Checksum.of(SafeTensorsLayout.length(header) + header + Data(data.utf8))
  }

  private static func check(_ tensors: [SafeTensorsEntry]) throws {
    var names = Set<String>()
    for tensor in tensors {
      let name = Spelling.quoted(tensor.name)
      guard !tensor.name.isEmpty, tensor.name != Header.metadataKey else {
        throw Failure("a tensor in a safetensors file cannot have the name \(name)")
      }
      guard names.insert(tensor.name).inserted else {
        throw Failure("two tensors of one safetensors file have the name \(name)")
      }
      guard tensor.shape.allSatisfy({ $0 >= 0 }), Header.product(tensor.shape) == tensor.elements.count else {
        throw Failure(
          "tensor \(name) has \(tensor.elements.count) elements, its shape is \(Header.describe(tensor.shape))")
      }
      if case .floats = tensor.elements, ![.float32, .float16, .bfloat16].contains(tensor.dtype) {
        throw Failure(
          "tensor \(name) holds floating-point numbers, which are written as F32, F16 or BF16, not \(tensor.dtype.rawValue)"
        )
      }
    }
  }

  private static func append(_ tensor: SafeTensorsEntry, to data: inout Data) {
    switch tensor.elements {
    case .bytes(let values): data.append(contentsOf: values)
    case .int32s(let values): append(values, to: &data) { $0.littleEndian }
    case .floats(let values):
      switch tensor.dtype {
      case .float16: append(values, to: &data) { Float16($0).bitPattern.littleEndian }
      case .bfloat16: append(values, to: &data) { BFloat16($0).bitPattern.littleEndian }
      default: append(values, to: &data) { $0.bitPattern.littleEndian }
      }
    }
  }

  @inline(__always)
  private static func append<Element, Stored: BitwiseCopyable>(
    _ values: [Element], to data: inout Data, _ store: (Element) -> Stored
  ) {
    values.map(store).withUnsafeBytes { data.append(contentsOf: $0) }
  }
}
