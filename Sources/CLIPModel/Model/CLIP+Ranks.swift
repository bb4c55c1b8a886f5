import Basics
import Tensors

extension CLIP {
  /// ``textFeatures(_:)`` of which each rank computes its share: of classes, or of images where each has its own prompts.
  ///
  /// - Throws: ``Failure`` if a sequence is longer than the context length, naming which.
  public func textFeaturesOfRanks(_ prompts: TextPrompts) throws -> Variable {
    guard Ranks.count > 1 else { return try textFeatures(prompts) }
    try requireRoom(for: prompts)
    let isPerImage = prompts.scope == .perImage
    let shares = Ranks.shares(of: isPerImage ? prompts.layers.shape?[0] ?? 1 : prompts.sequences.count)
    let own = shares[Ranks.rank]
    let rows = isPerImage ? prompts.sequences.count : 1
    return .gatheringRanks(
      own.isEmpty ? nil : try textFeatures(prompts.part(own, layers: prompts.layers)),
      shares: shares.map { $0.lowerBound * rows..<$0.upperBound * rows }, columns: configuration.embedDimension)
  }

  /// ``imageFeatures(_:prompts:)`` of images of which each rank has, and encodes, its share.
  ///
  /// - Parameters:
  ///   - share: The images of this rank; nil if it has none.
  ///   - count: How many images all ranks have, by ``Ranks/shares(of:)``.
  /// - Returns: `[count, embed]`.
  public func imageFeatures(share: Tensor?, of count: Int, prompts: VisionPrompts? = nil) -> Variable {
    let shares = Ranks.shares(of: count)
    let own = prompts.map {
      VisionPrompts(
        layers: $0.scope == .perImage ? $0.layers.ofSequences(shares[Ranks.rank]) : $0.layers, scope: $0.scope)
    }
    return .gatheringRanks(
      share.map { imageFeatures($0, prompts: own) }, shares: shares, columns: configuration.embedDimension)
  }
}
