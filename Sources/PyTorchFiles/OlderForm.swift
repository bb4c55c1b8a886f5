import Basics
import SafeTensors

/// The form of files that PyTorch wrote before 1.6: pickles one behind the other (a magic number, a version, the sizes of numbers, the
/// object, the keys of its storages), then each storage with its length before it.
enum OlderForm {
  /// The magic number as it is pickled, of protocol 2.
  static let start: [UInt8] = [0x80, 2, 0x8A, 10] + magic
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let version = 1001

  static func read(_ file: MappedFile) throws -> (Pickle, PickleValue, StorageSource) {
    let bytes = try file.withUnsafeBytes(0..<min(file.size, Unpickler.longest)) { [UInt8]($0) }
    var unpickler = Unpickler(bytes, origin: file.path)
    guard try unpickler.value() == .largeInteger(magic), try unpickler.value() == .integer(version) else {
      throw Failure("\(file.path): a pickle, but no file of PyTorch's, which would begin with its magic number")
    }
    let system = try unpickler.value()
    let order = unpickler.result.entries(system)?.last { $0.key == .string("little_endian") }?.value
    guard order == .boolean(true) else {
      throw Failure("\(file.path): its numbers are not stored with their lowest byte first; no others are read")
    }
    let root = try unpickler.value()
    let keys = try unpickler.value()
    let pickle = unpickler.result
    // The last of one key wins, as all of a key are the same but in a damaged file, whose sizes are checked again.
    let storages = Dictionary(pickle.storages.map { ($0.key, $0) }) { $1 }
    var places: [String: Range<Int>] = [:]
    var position = unpickler.position
    for case .string(let key) in pickle.elements(keys) ?? [] {
      guard let storage = storages[key], file.size - position >= 8 else {
        throw Failure("\(file.path): the storage \(Spelling.quoted(key)) is missing (truncated?)")
      }
      let stored = try file.withUnsafeBytes(position..<position + 8) {
        Int(Int64(littleEndian: $0.loadUnaligned(as: Int64.self)))
      }
      position += 8
      let (size, overflow) = stored.multipliedReportingOverflow(by: storage.dtype.size)
      guard stored >= 0, !overflow, size <= file.size - position, places[key] == nil else {
        throw Failure(
          "\(file.path): the storage \(Spelling.quoted(key)) should have \(stored) elements, the file ends before (truncated?)"
        )
      }
      places[key] = position..<position + size
      position += size
    }
    return (pickle, root, .places(places))
  }
}
