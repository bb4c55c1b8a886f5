/// Where the middle of a line of pixels begins, if half of what is left over is no whole number.
public enum CropOffset: String, Codable, Sendable {
  /// Rounded half to even, as torchvision's transforms do, and with them OpenAI's code, OpenCLIP and all that train prompts on Dassl.
  case halfToEven
  /// Rounded down, as transformers' image processors do.
  case down

  func callAsFunction(_ leftOver: Int) -> Int {
    switch self {
    case .halfToEven: Int((Double(leftOver) / 2).rounded(.toNearestOrEven))
    case .down: leftOver / 2
    }
  }
}
