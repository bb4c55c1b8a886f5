/// Which rule turns gradients into steps, and its constants; the learning rate comes from the schedule.
public enum OptimizerConfiguration: Codable, Equatable, Sendable {
  /// Stochastic gradient descent as PyTorch's: v ← momentum · v + (g + weightDecay · w), w ← w − rate · v.
  case sgd(momentum: Float, weightDecay: Float)
  /// AdamW (Loshchilov and Hutter 2019), with decoupled weight decay.
  case adamW(beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float)

  /// The published prompt-learning code's: momentum 0.9, weight decay 5e-4.
  public static let publishedSGD = sgd(momentum: 0.9, weightDecay: 5e-4)
  /// β 0.9 and 0.999, no weight decay, for learning prompts.
  public static let promptAdamW = adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0)
}
