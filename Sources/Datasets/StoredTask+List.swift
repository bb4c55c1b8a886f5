import Basics
import Foundation

extension StoredTask {
  /// A CSV file that lists images as a task, as RFC 4180 has it, in UTF-8. Reads the file; no image is opened yet.
  ///
  ///     path,label,split
  ///     images/0001.jpg,king_snake,train
  ///     images/0002.jpg,"cat, striped",val
  ///     images/0003.jpg,king_snake,test
  ///
  /// - The header has the columns `path`, `label` and `split`, in any order; others are not read.
  /// - Paths are relative to the file's folder, or whole.
  /// - Labels are the names of classes, `_` as a space; classes are in the order in which the file first names them.
  /// - The split is `train`, `val` or `test`. Every class has images for training; there may be none for validation.
  /// - Which images are drawn depends on the order of a class's lines, not on where the file is.
  ///
  /// - Parameter path: the file; `~` stands for the home directory.
  /// - Throws: ``Failure`` naming the file and the line of what is wrong: no CSV, a missing column or field, an unknown split,
  ///   an image that is listed twice, labels that are the same to a text encoder, a class or split without images.
  public init(list path: String) throws {
    let file = Folder.expanded(path)
    let list = try ImageList(file)
    let folder = (file as NSString).deletingLastPathComponent
    func images(_ split: ImageList.Split) -> ImageSet {
      let part = list.parts[split]!
      return ImageSet(labels: part.labels, place: { "\(file), line \(part.lines[$0])" }) { index in
        let path = part.paths[index]
        return path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
      }
    }
    self.init(
      name: "list:\(path)", classNames: list.classNames, notes: list.notes, training: images(.train),
      validation: list.parts[.val]!.labels.isEmpty ? nil : images(.val), test: images(.test))
  }
}
