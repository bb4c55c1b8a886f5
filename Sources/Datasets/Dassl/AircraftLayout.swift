import Basics

/// FGVC aircraft as it is published: `variants.txt` has the classes in label order, and `images_variant_train.txt` (val, test) a line
/// `0034309 Boeing 707-320` for each image; `datasets/fgvc_aircraft.py` of CoOp.
struct AircraftLayout: DasslLayout {
  let imageFolder = "images"

  var parts: [DasslPart] {
    let source = "from fgvc-aircraft-2013b.tar.gz"
    return [.folder(imageFolder, "the images, \(source)"), .file(Self.variants, "the classes, \(source)")]
      + Self.keys.map { .file(Self.list($0), "the images of \($0), \(source)") }
  }

  private static let variants = "variants.txt"
  private static let keys = ["train", "val", "test"]
  private static func list(_ key: String) -> String { "images_variant_\(key).txt" }

  func contents(of folder: String) throws -> DasslContents {
    let path = "\(folder)/\(Self.variants)"
    var texts: [String] = []
    var labels: [String: Int] = [:]
    try TextLines.forEach(in: path) { line in
      guard labels.updateValue(texts.count, forKey: line.text) == nil else {
        throw line.failure("the variant \(Spelling.quoted(line.text)) is listed twice")
      }
      guard !ClassNames.spelled(line.text).isEmpty else {
        throw line.failure("the variant \(Spelling.quoted(line.text)) has no class name in it")
      }
      texts.append(line.text)
    }
    let splits = try Self.keys.map { key in
      var split = DasslSplit()
      try TextLines.forEach(in: "\(folder)/\(Self.list(key))") { line in
        let (image, variant) = line.parts
        guard let label = labels[variant] else {
          let guess = Spelling.guess(for: variant, among: texts).map { "; did you mean \($0)?" } ?? ""
          throw line.failure("\(Self.variants) has no variant \(Spelling.quoted(variant))\(guess)")
        }
        guard !image.contains("/"), !image.utf8.contains(0) else {
          throw line.failure("\(Spelling.quoted(image)) is no name of an image")
        }
        split.append("\(image).jpg", label: label)
      }
      return split
    }
    return try DasslContents(
      classNames: texts.map(ClassNames.spelled), training: splits[0], validation: splits[1], test: splits[2],
      origin: folder)
  }
}
