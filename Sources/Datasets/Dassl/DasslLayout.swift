/// How the files of a data set lie in its folder, and what its published reader makes of them.
protocol DasslLayout: Sendable {
  /// What has to be there.
  var parts: [DasslPart] { get }
  /// The folder that paths of images are relative to, below that of the data set; empty for that itself.
  var imageFolder: String { get }

  /// Reads the lists of images; no image is opened.
  ///
  /// - Throws: ``Failure`` naming the file and the place of what is wrong.
  func contents(of folder: String) throws -> DasslContents
}
