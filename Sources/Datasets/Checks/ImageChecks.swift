import Basics
import Foundation
import Synchronization

/// Finds the files among a task's images that cannot be read or decoded, so that a broken image in a million stops nothing. Files
/// that were looked at before are known by path, size and modification time.
public final class ImageChecks: Sendable {
  /// A file that cannot be used.
  private struct Broken {
    let path: String
    let reason: Failure
  }

  private enum Finding {
    case readable(ContentHash)
    case broken(Broken)
  }

  private let folder: String?
  private let verifies: Bool
  private let note: @Sendable (String) -> Void
  private let indices = Mutex<[String: ImageIndex]>([:])
  private let told = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - folder: Where indices are kept from one process to the next; nil to keep them in memory.
  ///   - verifies: Whether every file is read once, and not known by what was kept of it.
  ///   - note: Told, in one line, of files that are left out.
  public init(folder: String?, verifies: Bool = false, note: @escaping @Sendable (String) -> Void) {
    (self.folder, self.verifies, self.note) = (folder, verifies, note)
  }

  /// The images of a set without the broken ones, which are told of once.
  ///
  /// - Throws: ``Failure`` if nothing is left.
  func readable(_ set: ImageSet, of task: any ClassificationTask) throws -> ImageSet {
    guard set.areFiles, set.count > 0 else { return set }
    let file = ContentHash(of: task.imageFolder ?? task.name).digits
    let index = index(file)
    let looked = try Parallel.map((set.count + Self.pieceSize - 1) / Self.pieceSize) { piece in
      (piece * Self.pieceSize..<min((piece + 1) * Self.pieceSize, set.count)).map { look(at: $0, of: set, index) }
    }.flatMap { $0 }
    let new = looked.compactMap(\.new)
    if !new.isEmpty { keep(new, in: file) }
    var (left, hashes, broken) = ([Int](), [ContentHash](), [Broken]())
    for (place, result) in looked.enumerated() {
      switch result.finding {
      case .readable(let hash):
        left.append(place)
        hashes.append(hash)
      case .broken(let one): broken.append(one)
      }
    }
    guard let first = broken.first else { return set.known(by: hashes) }
    guard !left.isEmpty else { throw Failure("\(first.reason) (and none of the \(set.count) images can be read)") }
    let rest = set.subset(left).known(by: hashes)
    let lost = Set(set.labels).subtracting(rest.labels).sorted().map { task.classNames[$0] }
    tell(broken, of: set.count, task, lost: lost)
    return rest
  }

  private static let pieceSize = 64

  private func look(
    at place: Int, of set: ImageSet, _ index: ImageIndex
  ) -> (finding: Finding, new: (path: String, entry: ImageIndex.Entry)?) {
    let path = set.name(at: place)
    let stamp = ImageIndex.Stamp(path)
    let known = index.entry(path).flatMap { $0.stamp == stamp ? $0 : nil }
    if let known { return (.readable(known.hash), nil) }
    do {
      let hash = try set.withImage(at: place) { _, hash in hash() }
      let entry = stamp.flatMap { $0.isRecent ? nil : ImageIndex.Entry(stamp: $0, hash: hash) }
      return (.readable(hash), entry.map { (path, $0) })
    } catch {
      let reason = error as? Failure ?? Failure("\(path): \(error.localizedDescription)")
      return (.broken(Broken(path: path, reason: reason)), nil)
    }
  }

  /// - Parameter lost: Names of the classes that have no image left.
  private func tell(_ broken: [Broken], of count: Int, _ task: any ClassificationTask, lost: [String]) {
    let isNew = told.withLock { told in broken.filter { told.insert($0.path).inserted }.count > 0 }
    guard isNew, let first = broken.first else { return }
    let more = broken.count > 1 ? ", and \(broken.count - 1) more" : ""
    let classes =
      lost.isEmpty ? "" : " (none is left of \(lost[0])\(lost.count > 1 ? " and \(lost.count - 1) other classes" : ""))"
    note(
      "\(task.name): \(broken.count) of \(count) images cannot be read and are left out\(classes): "
        + "\(first.reason)\(more)")
  }

  // MARK: What is kept

  private func index(_ file: String) -> ImageIndex {
    indices.withLock { indices in
      if let index = indices[file] { return index }
      // To verify is to know nothing at the beginning.
      let index = verifies ? nil : folder.map { ImageIndex("\($0)/\(file)\(Self.fileExtension)") }
      indices[file] = index ?? ImageIndex()
      return indices[file]!
    }
  }

  private func keep(_ new: [(path: String, entry: ImageIndex.Entry)], in file: String) {
    indices.withLock { $0[file] = $0[file]?.adding(new) }
    guard let folder else { return }
    // As any cache: what cannot be kept is found again.
    do {
      try Folder.make(folder)
      let lock = try FileLock.waiting(in: folder, name: "\(file).lock")
      try withExtendedLifetime(lock) {
        let path = "\(folder)/\(file)\(Self.fileExtension)"
        try ImageIndex(path).adding(new).write(to: path)
      }
    } catch {
      note("what is known of image files is not kept: \(error)")
    }
  }

  private static let fileExtension = ".index"

  /// Removes all indices of a folder.
  ///
  /// - Returns: How many bytes were freed.
  public static func clear(_ folder: String) throws -> Int {
    var freed = 0
    for name in try Folder.names(in: folder) where name.hasSuffix(fileExtension) || name.hasSuffix(".lock") {
      let path = "\(folder)/\(name)"
      let size = ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Failure("cannot remove \(path): \(String(cString: strerror(errno)))")
      }
      freed += size
    }
    rmdir(folder)
    return freed
  }
}
