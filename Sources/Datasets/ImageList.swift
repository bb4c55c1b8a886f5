import Basics

/// What a CSV file lists, see ``StoredTask/init(list:)``.
struct ImageList {
  enum Split: String, CaseIterable { case train, val, test }

  struct Part {
    var labels: [Int] = []
    var paths: [String] = []
    /// The line of the file that lists each image.
    var lines: [Int] = []
  }

  private(set) var parts = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, Part()) })
  private(set) var classNames: [String] = []
  private(set) var notes: [String] = []

  init(_ file: String) throws {
    var columns: Columns?
    var names = ClassNames(of: "label")
    var labels: [String: Int] = [:]
    // For each class the first line that names it, for each path the line that lists it, for messages.
    var classLines: [Int] = []
    var lines: [String: Int] = [:]
    let data = try RegularFile.contents(of: file, limit: Self.largestFile)
    try CSV.forEachRecord(of: data, origin: file) { record in
      guard let columns else {
        columns = try Columns(record)
        return
      }
      guard record.count == columns.count else {
        throw record.failure("there are \(record.count) fields, and the header has \(columns.count)")
      }
      let path = try record.text(columns.path)
      let label = try record.text(columns.label, trimmed: true)
      let word = try record.text(columns.split, trimmed: true)
      guard !path.isEmpty else { throw record.failure("the path is empty") }
      guard let split = Split(rawValue: word) else {
        throw record.failure(Spelling.unknown("split", word, known: Split.allCases.map(\.rawValue)))
      }
      if let earlier = lines.updateValue(record.line, forKey: path) {
        throw record.failure("\(path) is listed twice, first in line \(earlier)")
      }
      if labels[label] == nil {
        guard !label.isEmpty else { throw record.failure("the label is empty") }
        try names.add(label, or: record.failure)
        labels[label] = classLines.count
        classLines.append(record.line)
      }
      parts[split]!.labels.append(labels[label]!)
      parts[split]!.paths.append(path)
      parts[split]!.lines.append(record.line)
    }
    guard columns != nil else {
      throw Failure("\(file) is empty: a header path,label,split and a line for each image are expected")
    }
    for split in [Split.train, .test] where parts[split]!.labels.isEmpty {
      throw Failure("\(file) lists no images of the split \(split.rawValue)")
    }
    classNames = names.names
    guard classNames.count > 1 else {
      throw Failure("\(file) has images of \(classNames[0]) only, and a task needs two classes or more")
    }
    let trained = Set(parts[.train]!.labels)
    if let label = classNames.indices.first(where: { !trained.contains($0) }) {
      throw Failure(
        "\(file), line \(classLines[label]): the class \(classNames[label]) has no images of the split train")
    }
    let tested = Set(parts[.test]!.labels)
    let untested = classNames.indices.filter { !tested.contains($0) }
    if let label = untested.first {
      notes.append(
        "without images to be tested on: \(untested.count) of \(classNames.count) classes (\(classNames[label])"
          + (untested.count > 1 ? ", …)" : ")"))
    }
  }

  /// Some ten million lines.
  private static let largestFile = 4 << 30
}

/// The positions of the three columns in the header.
private struct Columns {
  let path: Int
  let label: Int
  let split: Int
  let count: Int

  init(_ header: CSV.Record) throws {
    let names = try (0..<header.count).map { try header.text($0, trimmed: true) }
    func column(_ name: String) throws -> Int {
      let found = names.indices.filter { names[$0] == name }
      guard let first = found.first else {
        throw header.failure(
          "the header has no column \(name); it names path, label and split, and this one has "
            + names.prefix(10).map(Spelling.quoted).joined(separator: ", ")
            + (names.count == 1 && names[0].contains { ";\t|".contains($0) } ? "; columns are separated by commas" : "")
        )
      }
      guard found.count == 1 else { throw header.failure("the header has the column \(name) twice") }
      return first
    }
    (path, label, split, count) = (try column("path"), try column("label"), try column("split"), names.count)
  }
}
