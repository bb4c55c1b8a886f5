import CoCoOp
import CoOp
import FeatureConsistency
import HardLabel
import IVLP
import MaPLe
import PromptLearning
import SAPL
import SoftLabelKD
import VPT
import ZeroShot

extension PluginRegistry {
  /// The plugins that come with RPP.
  public static let standard = PluginRegistry(
    structures: [ZeroShot.self, CoOp.self, CoCoOp.self, VPT.self, IVLP.self, MaPLe.self, SAPL.self],
    supervisions: [HardLabel.self, SoftLabelKD.self, FeatureConsistency.self])
}
