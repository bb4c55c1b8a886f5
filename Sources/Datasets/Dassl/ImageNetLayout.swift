import Basics

/// ImageNet and ImageNet-21k: a folder for each class in one folder of training images and one of validation images, which are the
/// ones to be tested on; `datasets/imagenet.py` of CoOp and `datasets/imagenet_21k.py` of POMP.
///
/// The published code also chooses by the images that it tests on ("also used as the val set"); here there are none to choose by.
struct ImageNetLayout: DasslLayout {
  let imageFolder: String
  /// Below the image folder.
  let (trainingFolder, testFolder): (String, String)
  let namesFile: String
  let namesSource: String
  /// Whether training images are in the order in which the file system lists them, as the published reader has them.
  var isInDiskOrder = false
  let readNames: @Sendable (_ path: String) throws -> FolderNames

  var parts: [DasslPart] {
    [
      .folder(path(trainingFolder), "the training images, a folder for each class"),
      .folder(path(testFolder), "the validation images, a folder for each class"),
      .file(namesFile, namesSource),
    ]
  }

  private func path(_ name: String) -> String { imageFolder.isEmpty ? name : "\(imageFolder)/\(name)" }

  func contents(of folder: String) throws -> DasslContents {
    let names = try readNames("\(folder)/\(namesFile)")
    let training = try ImageFolders("\(folder)/\(path(trainingFolder))", inDiskOrder: isInDiskOrder)
    let test = try ImageFolders("\(folder)/\(path(testFolder))")
    try ClassFolders.requireSameClasses((training.path, training.folders), (test.path, test.folders))
    return try DasslContents(
      classNames: try names.names(of: training.folders, in: training.path),
      training: DasslSplit(training, below: "\(trainingFolder)/"), test: DasslSplit(test, below: "\(testFolder)/"),
      notes: [
        isInDiskOrder
          ? "shots are drawn in the order in which this disk lists images, as the published code has it; a copy of the data "
            + "has others"
          : "the published code draws shots in the order in which the file system lists images, another one on every disk; "
            + "here they are in the order of their names"
      ] + training.notes + test.notes, origin: folder)
  }
}

extension ImageFolders {
  /// What was left out.
  var notes: [String] {
    ignored.first.map {
      ["left out, as no JPEG, PNG or WebP by name: \(ignored.count) (\($0)\(ignored.count > 1 ? ", …" : ""))"]
    } ?? []
  }
}
