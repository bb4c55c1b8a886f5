import Basics

/// A structure reads a tensor that its ``PromptStructure/initialParameters(_:from:)`` does not give.
public struct UnknownLearnedTensor: Error, CustomStringConvertible, Equatable, Sendable {
  /// The tensor that was read.
  public let tensor: LearnedTensor
  /// The names that there are.
  public let known: [String]

  /// What an author of a structure reads.
  public var description: String {
    "the structure reads the tensor \(Spelling.quoted(tensor.name)), which its initialParameters does not give: there "
      + (known.isEmpty ? "are none" : known.count == 1 ? "is \(known[0])" : "are \(known.joined(separator: ", "))")
  }
}
