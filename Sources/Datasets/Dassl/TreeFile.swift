import Basics
import Foundation

/// `imagenet21k_miil_tree.pth`, in which the class names of ImageNet-21k are published: what `torch.save` made of a dictionary
/// whose `class_description` has a name for each class folder; `datasets/imagenet_21k.py` of POMP.
enum TreeFile {
  static func names(_ path: String) throws -> FolderNames {
    let bytes = [UInt8](try RegularFile.contents(of: path, limit: 256 << 20))
    let pickle: Pickle
    do {
      pickle = try Pickle.saved(bytes)
    } catch let mistake as Pickle.Mistake {
      throw Failure("\(path): this is no file of torch.save: \(mistake.what)")
    }
    guard let tree = pickle.dictionary(pickle.top), let entry = tree[Self.key] else {
      throw Failure("\(path) has no \(Self.key), which the tree of ImageNet-21k's classes has")
    }
    guard let texts = pickle.dictionary(entry) else { throw Failure("\(path): \(Self.key) is no dictionary") }
    let names = try texts.mapValues { value in
      guard case .text(let text) = value, !ClassNames.spelled(text).isEmpty else {
        throw Failure("\(path): \(Self.key) has a value that is no class name")
      }
      return text
    }
    return FolderNames(folders: names.keys.sorted(), names: names, path: path)
  }

  private static let key = "class_description"
}
