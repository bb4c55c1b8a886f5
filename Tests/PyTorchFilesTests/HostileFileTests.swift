import Basics
import Foundation
import PyTorchFiles
import TestSupport
import Testing

@Suite("PyTorch's files: hostile ones")
struct HostileFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What is wrong with an archive of this pickle.
  private func problem(pickle: [UInt8]) throws -> String {
    try #require(try PyTorchFilesTests.problem(try folder.archive(pickle: pickle)))
  }

  @Test func theSampleIsSound() throws {
    let pickle = SamplePickle.tensor(shape: SamplePickle.tuple([2, 2]), strides: SamplePickle.tuple([1, 2]))
    let file = try PyTorchFile(path: try folder.archive(pickle: pickle))
    #expect(try file.floats("t") == [1, 3, 2, 4])
  }

  @Test func whatWouldRunCodeIsRefusedByName() throws {
    let call = SamplePickle.text("(") + SamplePickle.string("touch /tmp/x") + SamplePickle.text("tR.")
    for (module, name) in [
      ("posix", "system"), ("os", "system"), ("builtins", "eval"), ("__builtin__", "getattr"), ("torch", "load"),
      ("torch.storage", "_load_from_bytes"), ("torch.hub", "load"), ("numpy.core.multiarray", "fromfile"),
      ("torch_optim", "x"), ("dasslx", "y"), ("__torch__x", "z"), ("collections", "namedtuple"),
      ("copyreg", "_reconstructor"),
    ] {
      let refused = "the pickle asks for \"\(module).\(name)\", which weights do not need"
      let old = try problem(pickle: [0x80, 2] + SamplePickle.global(module, name) + call)
      #expect(old.contains(refused), "\(old)")
      let names = SamplePickle.string(module) + SamplePickle.string(name)
      let new = try problem(pickle: [0x80, 4] + names + [0x93] + call)
      #expect(new.contains(refused), "\(new)")
    }
  }

  @Test func operationsThatCallOrImportAreUnknown() throws {
    // INST, OBJ, EXT1, EXT2, EXT4, PERSID, NEXT_BUFFER.
    for byte: UInt8 in [0x69, 0x6F, 0x82, 0x83, 0x84, 0x50, 0x97] {
      let found = try problem(pickle: [0x80, 2, 0x28, byte] + SamplePickle.text("os\nsystem\n."))
      #expect(found.contains("an operation (byte \(byte)) that no file of weights needs"), "\(found)")
    }
  }

  @Test func inertObjectsDoNothing() throws {
    // An object of an optimiser's, called with anything, given entries and a state: no tensor, no harm.
    let object =
      SamplePickle.global("torch.optim.sgd", "SGD") + SamplePickle.text(")") + [0x81]
      + SamplePickle.text("}") + SamplePickle.string("a") + SamplePickle.text("Nsb")
    let path = try folder.archive(
      pickle: [0x80, 2] + SamplePickle.text("}") + SamplePickle.string("optimizer") + object + SamplePickle.text("s."))
    #expect(
      try PyTorchFilesTests.problem(path)
        == "\(path): no state_dict and no tensors in it; its entries are \"optimizer\"")
  }

  @Test func viewsBeyondTheirStorage() throws {
    for (shape, strides, offset) in [
      ([5], [1], 0), ([4], [1], 1), ([2, 2], [4, 1], 0), ([1 << 62], [0], 0), ([1 << 40, 1 << 40], [1, 1], 0),
      ([1], [1], Int.max), ([2, 2], [Int.max, 1], 0), ([8], [0], 0), ([4], [1], 4),
    ] {
      let pickle = SamplePickle.tensor(
        offset: SamplePickle.integer(offset), shape: SamplePickle.tuple(shape), strides: SamplePickle.tuple(strides))
      let found = try problem(pickle: pickle)
      let lines = [
        "does not fit into its storage of 4 elements", "is too large", "repeats the 4 elements of its storage",
      ]
      #expect(lines.contains { found.contains($0) }, "\(found)")
    }
    for (shape, strides) in [([-1], [1]), ([1], [-1])] {
      let pickle = SamplePickle.tensor(shape: SamplePickle.tuple(shape), strides: SamplePickle.tuple(strides))
      #expect(try problem(pickle: pickle).contains("with arguments that it does not take"))
    }
    let ranks = SamplePickle.tensor(shape: SamplePickle.tuple([1]), strides: SamplePickle.tuple([1, 1]))
    #expect(try problem(pickle: ranks).contains("a tensor of the shape [1] has the strides [1, 1], offset 0"))
  }

  @Test func storagesThatAreNotThere() throws {
    let (shape, strides) = (SamplePickle.tuple([4]), SamplePickle.tuple([1]))
    for count in [5, 1 << 40, Int.max] {
      let storage = SamplePickle.storage("FloatStorage", count: count)
      let found = try problem(pickle: SamplePickle.tensor(storage: storage, shape: shape, strides: strides))
      #expect(found.contains("should have \(count) elements of F32, but has 16 bytes"), "\(found)")
    }
    let other = SamplePickle.storage("FloatStorage", key: "../0", count: 4)
    let found = try problem(pickle: SamplePickle.tensor(storage: other, shape: shape, strides: strides))
    #expect(found.contains("the storage \"../0\" should have 4 elements of F32, but is not there"), "\(found)")
    let claim = SamplePickle.storage("FloatStorage", count: Int.max)
    let huge = SamplePickle.tensor(
      storage: claim, shape: SamplePickle.tuple([1 << 61]), strides: SamplePickle.tuple([1]))
    #expect(try problem(pickle: huge).contains("but has 16 bytes"))
  }

  @Test func lengthsThatLie() throws {
    for bytes: [UInt8] in [
      [0x58, 0xFF, 0xFF, 0xFF, 0xFF], [0x8D] + Array(repeating: 0xFF, count: 8), [0x8A, 200], [0x42, 0, 0, 0, 0x7F],
      [0x54, 0xFF, 0xFF, 0xFF, 0xFF], [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], [0x68, 7], [0x85], [0x74], [0x52], [0x62],
      [0x75], [0x65], [0x32], [0x30], [0x31], [0x71, 0], [0x63, 0x61], [0x51],
    ] {
      #expect(try problem(pickle: [0x80, 2] + bytes).contains("damaged"), "\(bytes)")
    }
    #expect(try problem(pickle: [0x80, 9, 0x2E]).contains("protocol 9; known are 2 to 5"))
    #expect(try problem(pickle: [0x80, 2, 0x4E, 0x2E]).contains("neither a dictionary of tensors nor a module"))
  }

  @Test func depthAndSharingCostNothing() throws {
    // A tuple in a tuple, a million deep.
    let deep: [UInt8] = [0x80, 2, 0x29] + Array(repeating: 0x85, count: 1_000_000) + [0x2E]
    #expect(try problem(pickle: deep).contains("neither a dictionary"))
    // Each pair holds the one before twice: 2^1000 elements to who would walk through them.
    let shared: [UInt8] =
      [0x80, 2, 0x29] + Array(repeatElement([0x32, 0x86] as [UInt8], count: 1000).joined()) + [0x2E]
    #expect(try problem(pickle: shared).contains("neither a dictionary"))
    // More values than any checkpoint's.
    let many: [UInt8] = [0x80, 2] + Array(repeating: 0x4E, count: 2_000_001) + [0x2E]
    #expect(try problem(pickle: many).contains("the pickle holds more than 2000000 values"))
    // A dictionary that is its own state dict.
    let own: [UInt8] =
      [0x80, 2] + SamplePickle.text("}q\0") + SamplePickle.string("state_dict") + SamplePickle.text("h\0s.")
    #expect(try problem(pickle: own).contains("there is no tensor in its state_dict"))
  }

  @Test func modulesThatHoldThemselves() throws {
    let module = SamplePickle.global("__torch__", "M") + SamplePickle.text(")") + [0x81] + SamplePickle.text("q\0}")
    let once = SamplePickle.string("m") + SamplePickle.text("h\0s")
    let twice = once + SamplePickle.string("n") + SamplePickle.text("h\0s")
    for entries in [once, twice] {
      let found = try problem(pickle: [0x80, 2] + module + entries + SamplePickle.text("b."))
      #expect(found.contains("its modules hold each other, or are more than 100000"), "\(found)")
    }
  }

  @Test func archivesOfOtherPrograms() throws {
    var writer = ZipWriter()
    try writer.add("a/other.txt", [1])
    let other = try folder.write(writer.finished(), to: "other.zip")
    #expect(
      try PyTorchFilesTests.problem(other) == "\(other): a zip archive, but none of PyTorch's: it has no NAME/data.pkl")
    // The method of the entry in the directory, which begins with its signature.
    var packed = try Data(contentsOf: URL(fileURLWithPath: try folder.archive(pickle: [0x80, 2, 0x4E, 0x2E])))
    let entry = try #require(packed.firstRange(of: Data("PK\u{1}\u{2}".utf8)))
    packed[entry.lowerBound + 10] = 8
    let path = try folder.write(packed, to: "packed.pth")
    #expect(try #require(try PyTorchFilesTests.problem(path)).contains("is compressed (method 8)"))
    let text = try folder.write("hello", to: "text.pth")
    #expect(
      try #require(try PyTorchFilesTests.problem(text)).contains("no PyTorch file: neither a zip archive nor a pickle"))
    #expect(try !PyTorchFile.isOne(text))
  }

  @Test(arguments: ["checkpoint.pth.tar", "older.pth.tar", "kinds.pth", "script.pt"])
  func cutAndFlippedAnywhere(_ name: String) throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: sample(name)))
    #expect(try PyTorchFilesTests.problem(sample(name)) == nil)
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(try problem(of: whole.prefix(length)) != nil, "cut to \(length) bytes")
    }
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 1 << (place % 8)
      _ = try problem(of: damaged)
    }
  }

  /// What is wrong with a file of these bytes; in memory where the system has such a folder, as there are very many.
  private func problem(of bytes: Data) throws -> String? {
    let memory = "/dev/shm"
    let parent = FileManager.default.isWritableFile(atPath: memory) ? memory : folder.path
    let path = "\(parent)/rpp-\(UUID()).pt"
    try bytes.write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    return try PyTorchFilesTests.problem(path)
  }

  /// PyTorch's own files with random damage, and their pickles with such damage in archives that are sound. `RPP_MUTATIONS` sets how
  /// many.
  @Test func randomDamage() throws {
    var stream = RandomStream(name: "damaged files")
    let archives = ["checkpoint.pth.tar", "kinds.pth", "script.pt"].map(sample)
    let pickles = try archives.map { try pickle(in: $0) }
    let files = try (archives + [sample("older.pth.tar")]).map {
      try [UInt8](Data(contentsOf: URL(fileURLWithPath: $0)))
    }
    let storages = Array(repeating: [Float](repeating: 0.5, count: 120), count: 10)
    let count = Mutations.count(6000)
    var sound = 0
    for number in 0..<count {
      let isPickle = number % 2 == 0
      var bytes = (isPickle ? pickles : files).randomElement(using: &stream)!
      for _ in 0...Int.random(in: 0..<4, using: &stream) {
        let place = Int.random(in: 2..<bytes.count, using: &stream)
        let length = min(Int.random(in: 1..<12, using: &stream), bytes.count - place)
        switch Int.random(in: 0..<4, using: &stream) {
        case 0: bytes.removeSubrange(place..<place + length)
        case 1: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 2: bytes[place] = [0x80, 0x52, 0x62, 0x75, 0x74, 0x85, 0x32, 0x93, 0xFF].randomElement(using: &stream)!
        default: bytes[place] = UInt8.random(in: 0...255, using: &stream)
        }
      }
      let file = try isPickle ? TemporaryFolder.archive(pickle: bytes, storages: storages) : Data(bytes)
      if try problem(of: file) == nil { sound += 1 }
    }
    // Some damage is none: a name, a number of the optimiser's, padding. Most is.
    #expect(sound > 0 && sound < count / 2, "\(sound) of \(count)")
  }

  /// The pickle is stored as it is, and ends with its last operation, before PyTorch's record of its checksum.
  private func pickle(in path: String) throws -> [UInt8] {
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let start = try #require(file.firstRange(of: Data([0x80, 2]))).lowerBound
    let end = try #require(file[start...].firstRange(of: Data(".PK".utf8) + [7, 8])).lowerBound
    return Array(file[start...end])
  }
}
