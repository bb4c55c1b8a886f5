import Basics
import SafeTensors
import Synchronization

/// The named tensors of a file that PyTorch wrote: of a checkpoint (`.pth`, `.pth.tar`: a state dict, alone or under `state_dict`), or
/// of a TorchScript archive (`.pt`), whose modules' names are joined by dots.
///
/// No code of such a file is run, and nothing in it is called: see ``Unpickler``. Opening checks that every tensor lies within its
/// storage; elements are read where they are asked for.
public final class PyTorchFile: Sendable {
  /// The file's path, as given.
  public let path: String
  /// The number of its bytes.
  public var size: Int { file.size }
  /// The names of all tensors, sorted.
  public let names: [String]
  private let file: MappedFile
  private let tensors: [String: PickledTensor]
  private let source: StorageSource
  /// Storages that were looked up, and checked against their CRC-32.
  private let ranges = Mutex<[String: Range<Int>]>([:])

  /// Whether a file begins as PyTorch's do, in the form of today (a zip archive) or the older one.
  ///
  /// - Throws: ``Failure`` if it cannot be read.
  public static func isOne(_ path: String) throws -> Bool {
    let file = try MappedFile(path: path)
    let start = try file.withUnsafeBytes(0..<min(file.size, 16)) { [UInt8]($0) }
    return start.starts(with: ZipArchive.magic) || start.starts(with: OlderForm.start)
  }

  /// Opens and checks a file.
  ///
  /// - Throws: ``Failure`` naming the file and what is wrong: damage, something that weights do not need, or no tensors.
  public init(path: String) throws {
    let file = try MappedFile(path: path)
    let (pickle, root, source) = try Self.pickle(in: file)
    self.path = path
    self.file = file
    self.source = source
    tensors = try StateDict(of: root, in: pickle, origin: path).tensors
    names = tensors.keys.sorted()
  }

  /// What a file holds, in the form of today or the older one.
  static func pickle(in file: MappedFile) throws -> (Pickle, PickleValue, StorageSource) {
    let isArchive = try file.withUnsafeBytes(0..<min(file.size, 4)) { [UInt8]($0) } == ZipArchive.magic
    return isArchive ? try archive(file) : try OlderForm.read(file)
  }

  private static func archive(_ file: MappedFile) throws -> (Pickle, PickleValue, StorageSource) {
    let archive = try ZipArchive(file)
    let ending = "/data.pkl"
    let pickles = archive.names.filter { $0.hasSuffix(ending) && $0.utf8.count { $0 == UInt8(ascii: "/") } == 1 }
    guard let name = pickles.first, pickles.count == 1, let range = try archive.range(of: name) else {
      throw Failure(
        "\(file.path): a zip archive, but none of PyTorch's: it has "
          + (pickles.isEmpty ? "no NAME\(ending)" : "\(pickles.count) files NAME\(ending)"))
    }
    let prefix = String(name.dropLast(ending.count - 1))
    if let order = try archive.range(of: "\(prefix)byteorder") {
      let word = try file.withUnsafeBytes(order) { String(decoding: $0.prefix(20), as: UTF8.self) }
      guard word == "little" else {
        throw Failure(
          "\(file.path): its numbers are stored in the byte order \(Spelling.quoted(word)); only little is read")
      }
    }
    guard range.count <= Unpickler.longest else {
      throw Failure("\(file.path): its pickle has \(range.count) bytes, at most \(Unpickler.longest) are read")
    }
    var unpickler = Unpickler(try file.withUnsafeBytes(range) { [UInt8]($0) }, origin: file.path)
    let root = try unpickler.value()
    return (unpickler.result, root, .archive(archive, prefix: prefix))
  }

  /// A tensor's shape; nil if there is none of this name.
  public func shape(_ name: String) -> [Int]? { tensors[name]?.shape }

  /// Bytes that all tensors take together, each counted for itself.
  public var tensorBytes: Int {
    tensors.values.reduce(0) { sum, tensor in
      let (bytes, tooLarge) = tensor.count.multipliedReportingOverflow(by: tensor.storage.dtype.size)
      let (total, tooMany) = sum.addingReportingOverflow(bytes)
      return tooLarge || tooMany ? .max : total
    }
  }

  /// A tensor's elements in row-major order, from 32-bit, 16-bit or (rounded) 64-bit floating-point numbers.
  ///
  /// - Throws: ``Failure`` if there is no such tensor, it holds integers, or its bytes are damaged or missing.
  public func floats(_ name: String) throws -> [Float] {
    guard let tensor = tensors[name] else {
      let hint = Spelling.nearest(to: name, among: names).map { "; the nearest name is \(Spelling.quoted($0))" } ?? ""
      throw Failure("\(path): no tensor \(Spelling.quoted(name))\(hint)")
    }
    // Memory for elements is taken only where the file has as many bytes.
    guard tensor.count <= tensor.storage.count else {
      throw Failure(
        "\(path): the tensor \(Spelling.quoted(name)) repeats the \(tensor.storage.count) elements of its storage; only tensors "
          + "with elements of their own are read")
    }
    let dtype = tensor.storage.dtype
    return try file.withUnsafeBytes(try range(of: tensor.storage)) { bytes in
      switch dtype {
      case .float32: Self.elements(tensor, bytes) { Float(bitPattern: UInt32(littleEndian: $0)) }
      case .float16: Self.elements(tensor, bytes) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
      case .bfloat16: Self.elements(tensor, bytes) { BFloat16(bitPattern: UInt16(littleEndian: $0)).single }
      case .float64: Self.elements(tensor, bytes) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
      default:
        throw Failure(
          "\(path): the tensor \(Spelling.quoted(name)) holds integers (\(dtype.rawValue)), wanted are floating-point numbers"
        )
      }
    }
  }

  private func range(of storage: PickledStorage) throws -> Range<Int> {
    let key = "\(storage.key) \(storage.dtype.rawValue) \(storage.count)"
    if let known = ranges.withLock({ $0[key] }) { return known }
    let range = try source.range(of: storage, origin: path)
    ranges.withLock { $0[key] = range }
    return range
  }

  @inline(__always)
  private static func elements<Stored: BitwiseCopyable>(
    _ tensor: PickledTensor, _ bytes: UnsafeRawBufferPointer, _ convert: (Stored) -> Float
  ) -> [Float] {
    let size = MemoryLayout<Stored>.size
    return [Float](unsafeUninitializedCapacity: tensor.count) { buffer, initialized in
      func put(_ place: Int) {
        let stored = bytes.loadUnaligned(fromByteOffset: place * size, as: Stored.self)
        buffer.initializeElement(at: initialized, to: convert(stored))
        initialized += 1
      }
      if let range = tensor.contiguousRange { range.forEach(put) } else { tensor.forEachPlace(put) }
    }
  }
}
