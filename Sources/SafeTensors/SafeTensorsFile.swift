import Basics

/// A safetensors file, mapped into memory and read where it is asked for.
///
/// Opening checks the whole header against the file as the format's reference implementation does
/// (https://github.com/huggingface/safetensors), so that reading a tensor can no longer leave its bounds.
public final class SafeTensorsFile: Sendable {
  /// The tensors' names, sorted.
  public let names: [String]
  private let file: MappedFile
  private let header: Header
  private let dataStart: Int

  /// Opens and checks a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - verifyingChecksum: Whether the file must hold the checksum that ``SafeTensorsWriter`` writes, and match it:
  ///     then every byte is read now, and a single changed bit anywhere is found.
  /// - Throws: ``Failure`` naming the file, the tensor and what does not fit.
  public init(path: String, verifyingChecksum: Bool = false) throws {
    file = try MappedFile(path: path)
    let size = file.size
    guard size >= 8 else { throw Failure("\(path): a safetensors file has at least 8 bytes, this one has \(size)") }
    let length = try file.withUnsafeBytes(0..<8) { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(Header.largest) else {
      throw Failure(
        "\(path): this is no safetensors file, which would begin with the length of its header, at most \(Header.largest)"
      )
    }
    guard length <= UInt64(size - 8) else {
      throw Failure(
        "\(path): claims a header of \(length) bytes, the file has \(size - 8) after its length (truncated?)")
    }
    dataStart = 8 + Int(length)
    let bytes = try file.withUnsafeBytes(8..<dataStart) { [UInt8]($0) }
    header = try Header(bytes, dataSize: size - dataStart, file: path)
    names = header.tensors.keys.sorted()
    if verifyingChecksum { try verifyChecksum(bytes) }
  }

  /// The file's path, as given.
  public var path: String { file.path }

  /// What the file says of itself besides its tensors.
  public var metadata: [String: String] { header.metadata }

  /// Whether there is a tensor of this name.
  public func contains(_ name: String) -> Bool {
    header.tensors[name] != nil
  }

  /// A tensor's stored type, shape and place.
  ///
  /// - Throws: ``Failure`` naming the file and the nearest existing name, if there is no such tensor.
  public func info(_ name: String) throws -> TensorInfo {
    if let info = header.tensors[name] { return info }
    let hint = Spelling.nearest(to: name, among: names).map { "the nearest name is \(Spelling.quoted($0))" }
    throw Failure("\(path): no tensor \(Spelling.quoted(name)); \(hint ?? "the file has no tensors")")
  }

  /// A tensor's elements in row-major order, from F32, F16, BF16 or (rounded) F64.
  ///
  /// - Throws: ``Failure`` if there is no such tensor or it holds integers.
  public func floats(_ name: String) throws -> [Float] {
    let info = try info(name)
    return try withUnsafeBytes(of: name) { bytes in
      switch info.dtype {
      case .float32: return Self.elements(bytes) { Float(bitPattern: UInt32(littleEndian: $0)) }
      case .float16: return Self.elements(bytes) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
      case .bfloat16: return Self.elements(bytes) { BFloat16(bitPattern: UInt16(littleEndian: $0)).single }
      case .float64: return Self.elements(bytes) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
      default: throw mismatch(name, info, "floating-point numbers (F32, F16, BF16 or F64)")
      }
    }
  }

  /// A tensor's elements in row-major order, from any integer type or BOOL.
  ///
  /// - Throws: ``Failure`` if there is no such tensor, it holds floating-point numbers, or an element is no `Int`.
  public func integers(_ name: String) throws -> [Int] {
    let info = try info(name)
    return try withUnsafeBytes(of: name) { bytes in
      switch info.dtype {
      case .int64: return Self.elements(bytes) { Int(Int64(littleEndian: $0)) }
      case .int32: return Self.elements(bytes) { Int(Int32(littleEndian: $0)) }
      case .int16: return Self.elements(bytes) { Int(Int16(littleEndian: $0)) }
      case .int8: return Self.elements(bytes) { (value: Int8) in Int(value) }
      case .uint32: return Self.elements(bytes) { Int(UInt32(littleEndian: $0)) }
      case .uint16: return Self.elements(bytes) { Int(UInt16(littleEndian: $0)) }
      case .uint8, .bool: return Self.elements(bytes) { (value: UInt8) in Int(value) }
      case .uint64:
        let values: [UInt64] = Self.elements(bytes) { UInt64(littleEndian: $0) }
        if let large = values.first(where: { $0 > UInt64(Int.max) }) {
          throw Failure("\(path): tensor \(Spelling.quoted(name)) holds \(large), more than \(Int.max)")
        }
        return values.map { Int($0) }
      default: throw mismatch(name, info, "integers")
      }
    }
  }

  /// A copy of a tensor's bytes as they are stored.
  ///
  /// - Throws: ``Failure`` if there is no such tensor.
  public func bytes(_ name: String) throws -> [UInt8] {
    try withUnsafeBytes(of: name) { [UInt8]($0) }
  }

  /// Calls `body` with a tensor's bytes in the mapped file: little-endian, valid during the call only, and aligned to
  /// the element only in files of ``SafeTensorsWriter``.
  ///
  /// - Throws: ``Failure`` if there is no such tensor, or what `body` throws.
  public func withUnsafeBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let range = try info(name).byteRange
    return try file.withUnsafeBytes(dataStart + range.lowerBound..<dataStart + range.upperBound, body)
  }

  /// The checksum of the whole file's bytes, to tell one file from another.
  ///
  /// - Throws: ``Failure`` if the file has been cut since it was opened.
  public func checksum() throws -> String {
    try file.withUnsafeBytes(0..<file.size) { Checksum.of($0) }
  }

  private func verifyChecksum(_ headerBytes: [UInt8]) throws {
    guard let digits = header.checksumDigits, let stored = metadata[Header.checksumKey] else {
      throw Failure("\(path): damaged or not written by RPP: it has no checksum")
    }
    let data = try file.withUnsafeBytes(dataStart..<file.size) { Checksum.of($0) }
    var blank = headerBytes
    for index in digits { blank[index] = SafeTensorsWriter.blankDigit }
    let found = SafeTensorsWriter.checksum(header: blank, data: data)
    guard found == stored else {
      throw Failure(
        "\(path): damaged: its checksum is \(Spelling.quoted(stored)), its contents give \(Spelling.quoted(found))")
    }
  }

  private func mismatch(_ name: String, _ info: TensorInfo, _ wanted: String) -> Failure {
    Failure("\(path): tensor \(Spelling.quoted(name)) is \(info.dtype.rawValue), wanted are \(wanted)")
  }

  /// Loads each element, which files of others need not align.
  @inline(__always)
  private static func elements<Stored: BitwiseCopyable, Element>(
    _ bytes: UnsafeRawBufferPointer, _ convert: (Stored) -> Element
  ) -> [Element] {
    let size = MemoryLayout<Stored>.size
    let count = bytes.count / size
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count {
        buffer.initializeElement(
          at: index, to: convert(bytes.loadUnaligned(fromByteOffset: index * size, as: Stored.self)))
      }
      initialized = count
    }
  }
}
