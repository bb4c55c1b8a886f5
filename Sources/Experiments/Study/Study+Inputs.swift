import Basics
import CLIPModel
import PromptLearning

extension Study {
  /// Whether the protocol takes all that is given, and teachers and training images are there. Asked before lists are written
  /// down, since those of a folder are never taken back.
  ///
  /// - Throws: a usage ``Failure`` of everything that is missing, a line each; ``Failure`` if a teacher's file is damaged.
  func requireInputs() throws {
    var mistakes = Mistakes()
    let studyProtocol = try registry.studyProtocol(named: setting.protocolName)
    for part in GridPart.allCases where grids.contains(where: part.isGiven) {
      _ = try mistakes.attempt {
        do { try registry.require(part, of: studyProtocol) } catch let failure as Failure {
          throw Failure.usage("\(part.rawValue): \(failure)")
        }
      }
    }
    var names: Set<String> = []
    for cell in cells {
      guard try mistakes.attempt({ try cell.supervision.requireTeachers() }) != nil else { continue }
      for name in cell.supervision.frozenModels.compactMap(\.backbone) where names.insert(name).inserted {
        _ = try Backbone(named: name)
      }
    }
    var sets: Set<String> = []
    for cell in cells {
      let set = "\(cell.cell.task) \(cell.cell.classes) \(cell.cell.shots ?? 0)"
      guard sets.insert(set).inserted else { continue }
      do {
        _ = try run(cell, start: nil).trainingSet()
      } catch let failure as Failure {
        // Too few images are too few for what the command asks.
        mistakes.add(failure.description)
      }
    }
    try mistakes.check()
  }
}
