import Basics
import Foundation

/// A file `split_zhou_….json` with the images for training, validation and test, each as `["folder/image.jpg", 0, "name"]`:
/// `OxfordPets.read_split` in `datasets/oxford_pets.py` of CoOp, which the readers of nine data sets call.
///
/// Without the file those readers divide the images by Python's `random`, in the order in which the file system lists them or
/// after other draws, and keep what came out. That is another division on every machine, so the file is asked for here. The class
/// names in it are final: of EuroSAT those for people, of the cars the year in front, of SUN397's the reversed path.
struct SplitFileLayout: DasslLayout {
  let file: String
  let imageFolder: String

  var parts: [DasslPart] {
    let split = DasslPart.file(
      file, "the published train, val and test images, which DATASETS.md of https://github.com/KaiyangZhou/CoOp links")
    return (imageFolder.isEmpty ? [] : [.folder(imageFolder, "the images")]) + [split]
  }

  func contents(of folder: String) throws -> DasslContents {
    let path = "\(folder)/\(file)"
    // A million images take some 80 MB.
    let bytes = [UInt8](try RegularFile.contents(of: path, limit: 1 << 30))
    guard String(validating: bytes, as: UTF8.self) != nil else { throw Failure("\(path): this is not UTF-8") }
    var scanner = JSONScanner(bytes, place: path)
    var splits: [String: DasslSplit] = [:]
    var classes = Classes()
    try scanner.object("the split") { scanner, key in
      guard Self.keys.contains(key) else {
        throw scanner.failure(Spelling.unknown("part of a split", key, known: Self.keys))
      }
      splits[key] = try Self.split(key, &scanner, &classes)
    }
    try scanner.end()
    if let key = Self.keys.first(where: { splits[$0] == nil }) {
      throw Failure("\(path): \(key) is missing; a split has \(Self.keys.joined(separator: ", "))")
    }
    return try DasslContents(
      classNames: try classes.names(path), training: splits["train"], validation: splits["val"], test: splits["test"]!,
      origin: path)
  }

  private static let keys = ["train", "val", "test"]

  private static func split(
    _ key: String, _ scanner: inout JSONScanner, _ classes: inout Classes
  ) throws -> DasslSplit {
    var split = DasslSplit()
    try scanner.array(key) { scanner in
      var path = ""
      var label = 0
      var count = 0
      try scanner.array("an image") { scanner in
        switch count {
        case 0:
          path = try scanner.string("the path of an image")
          if let mistake = mistake(inPath: path) { throw scanner.failure(mistake) }
        case 1: label = try scanner.naturalNumber("the label of an image")
        case 2: try classes.add(try scanner.string("a class name"), label: label, scanner)
        default: throw scanner.failure("an image has more than path, label and class name")
        }
        count += 1
      }
      guard count == 3 else { throw scanner.failure("an image has \(count) of path, label and class name") }
      split.append(path, label: label)
    }
    return split
  }

  /// A split comes from the net: it must not make other files of the machine be read.
  private static func mistake(inPath path: String) -> String? {
    if path.isEmpty { return "the path of an image is empty" }
    if path.utf8.contains(0) { return "a path with a zero byte" }
    guard
      path.hasPrefix("/")
        || path.utf8.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual("..".utf8) })
    else { return nil }
    return "the path \(Spelling.quoted(path)) leaves the folder of the images"
  }

  /// The name of each label.
  private struct Classes {
    private var texts: [Int: String] = [:]

    mutating func add(_ text: String, label: Int, _ scanner: JSONScanner) throws {
      if let known = texts[label] {
        guard known == text else {
          throw scanner.failure(
            "the label \(label) has the class name \(Spelling.quoted(text)), and \(Spelling.quoted(known)) before")
        }
        return
      }
      guard !ClassNames.spelled(text).isEmpty else {
        throw scanner.failure("the class name \(Spelling.quoted(text)) has no letters in it")
      }
      texts[label] = text
    }

    /// In label order.
    ///
    /// - Throws: ``Failure`` unless the labels are 0, 1, 2 and so on.
    func names(_ path: String) throws -> [String] {
      if let missing = (0..<texts.count).first(where: { texts[$0] == nil }) {
        throw Failure(
          "\(path): there is no label \(missing), but there are \(texts.count) labels up to \(texts.keys.max()!); labels are "
            + "0, 1, 2 and so on")
      }
      return (0..<texts.count).map { ClassNames.spelled(texts[$0]!) }
    }
  }
}
