import CoOp
import HardLabel
import PromptLearning
import ZeroShot

extension PluginRegistry {
  /// The plugins that come with RPP.
  public static let standard = PluginRegistry(
    structures: [ZeroShot.self, CoOp.self],
    supervisions: [HardLabel.self])
}
