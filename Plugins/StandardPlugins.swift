import PromptLearning

extension PluginRegistry {
  /// The plugins that come with RPP.
  public static let standard = PluginRegistry(
    structures: [ZeroShot.self, CoOp.self, CoCoOp.self, VPT.self, IVLP.self, MaPLe.self, SAPL.self],
    supervisions: [HardLabel.self, SoftLabelKD.self, FeatureConsistency.self])
}
