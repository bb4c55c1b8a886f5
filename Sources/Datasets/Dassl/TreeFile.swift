import Basics
import PyTorchFiles

/// `imagenet21k_miil_tree.pth`, in which the class names of ImageNet-21k are published: what `torch.save` made of a dictionary
/// whose `class_description` has a name for each class folder; `datasets/imagenet_21k.py` of POMP.
enum TreeFile {
  static func names(_ path: String) throws -> FolderNames {
    let names = try PickledTexts(path: path, key: key).texts
    if let folder = names.keys.sorted().first(where: { ClassNames.spelled(names[$0]!).isEmpty }) {
      throw Failure("\(path): \(key) has no class name for \(Spelling.quoted(folder))")
    }
    return FolderNames(folders: names.keys.sorted(), names: names, path: path)
  }

  private static let key = "class_description"
}
