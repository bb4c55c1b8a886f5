import Basics

/// The header of a safetensors file: read, and checked against the length of the data that follows it.
struct Header {
  /// The largest header that the format's reference implementation accepts, in bytes.
  static let largest = 100_000_000
  /// The header's key that is not a tensor.
  static let metadataKey = "__metadata__"
  /// The metadata's key that holds the checksum of a checked file.
  static let checksumKey = "checksum"

  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [String: TensorInfo] = [:]
  /// Where the checksum's digits lie in the header, if the metadata has one.
  private(set) var checksumDigits: Range<Int>?

  /// - Parameters:
  ///   - bytes: The header, without the length before it.
  ///   - dataSize: How many bytes the file has after the header.
  ///   - file: The path for error messages.
  init(_ bytes: [UInt8], dataSize: Int, file: String) throws {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure("\(file): the header is not UTF-8") }
    guard bytes.first == UInt8(ascii: "{") else {
      throw Failure("\(file): the header does not begin with '{'; is this a safetensors file?")
    }
    var metadata: [String: String] = [:]
    var found: [(name: String, info: TensorInfo)] = []
    var checksumDigits: Range<Int>?
    var scanner = JSONScanner(bytes, place: "\(file): damaged header")
    try scanner.object("the header") { scanner, name in
      guard name == Self.metadataKey else {
        guard !name.isEmpty else { throw Failure("\(file): a tensor has an empty name") }
        found.append((name, try Self.tensor(name, &scanner, dataSize: dataSize, file: file)))
        return
      }
      try scanner.object(Self.metadataKey) { scanner, key in
        metadata[key] = try scanner.string("the value of \(Spelling.quoted(key)) in \(Self.metadataKey)")
        if key == Self.checksumKey { checksumDigits = scanner.lastString }
      }
    }
    try scanner.end()
    try Self.checkCover(found, dataSize: dataSize, file: file)
    self.metadata = metadata
    self.tensors = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.info) })
    self.checksumDigits = checksumDigits
  }

  /// Reads one tensor's entry and checks all that can be checked without the other entries.
  private static func tensor(
    _ name: String, _ scanner: inout JSONScanner, dataSize: Int, file: String
  ) throws -> TensorInfo {
    let tensor = "tensor \(Spelling.quoted(name))"
    var dtypeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object(tensor) { scanner, field in
      switch field {
      case "dtype": dtypeName = try scanner.string("the dtype of \(tensor)")
      case "shape": shape = try scanner.naturalNumbers("the shape of \(tensor)")
      case "data_offsets": offsets = try scanner.naturalNumbers("data_offsets of \(tensor)")
      default: throw Failure("\(file): \(tensor) has an unknown field \(Spelling.quoted(field))")
      }
    }
    guard let dtypeName, let shape, let offsets else {
      throw Failure("\(file): \(tensor) lacks one of dtype, shape and data_offsets")
    }
    guard let dtype = DType(rawValue: dtypeName) else {
      let known = DType.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure("\(file): \(tensor) has the unknown dtype \(Spelling.quoted(dtypeName)), known are \(known)")
    }
    guard offsets.count == 2 else {
      throw Failure("\(file): \(tensor) has \(offsets.count) data_offsets, correct would be 2")
    }
    let (begin, end) = (offsets[0], offsets[1])
    guard begin <= end else { throw Failure("\(file): \(tensor) begins at byte \(begin) but ends at byte \(end)") }
    guard end <= dataSize else {
      throw Failure(
        "\(file): \(tensor) ends at byte \(end) of the data, but the file has only \(dataSize) (truncated?)")
    }
    guard let size = product(shape + [dtype.size]) else {
      throw Failure("\(file): \(tensor) has a shape of more than \(Int.max) bytes: \(describe(shape))")
    }
    guard end - begin == size else {
      throw Failure(
        "\(file): \(tensor) has \(end - begin) bytes, its shape \(describe(shape)) of \(dtypeName) needs \(size)")
    }
    return TensorInfo(dtype: dtype, shape: shape, byteRange: begin..<end)
  }

  /// Checks that every byte of the data belongs to exactly one tensor.
  private static func checkCover(
    _ tensors: [(name: String, info: TensorInfo)], dataSize: Int, file: String
  ) throws {
    let inOrder = tensors.sorted {
      let (a, b) = ($0.info.byteRange, $1.info.byteRange)
      return (a.lowerBound, a.upperBound, $0.name) < (b.lowerBound, b.upperBound, $1.name)
    }
    var end = 0
    var previous = ""
    for (name, info) in inOrder {
      let begin = info.byteRange.lowerBound
      guard begin >= end else {
        throw Failure(
          "\(file): tensors \(Spelling.quoted(previous)) and \(Spelling.quoted(name)) overlap: "
            + "the first ends at byte \(end), the second begins at byte \(begin)")
      }
      guard begin == end else {
        throw Failure(
          "\(file): tensor \(Spelling.quoted(name)) begins at byte \(begin), "
            + "bytes \(end) to \(begin - 1) before it belong to no tensor")
      }
      end = info.byteRange.upperBound
      previous = name
    }
    guard end == dataSize else {
      throw Failure("\(file): the tensors have \(end) bytes, but \(dataSize) bytes follow the header")
    }
  }

  /// The product of numbers that are not negative, if it is an `Int`.
  static func product(_ factors: [Int]) -> Int? {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// A shape for an error message: as an array, of bounded length.
  static func describe(_ shape: [Int]) -> String {
    shape.count <= 10 ? "\(shape)" : "\(shape.prefix(10))… (\(shape.count) dimensions)"
  }
}
