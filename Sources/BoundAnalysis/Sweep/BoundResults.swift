/// What a sweep of one or more families came to, with all that says how it was made.
public struct BoundResults: Codable, Equatable, Sendable {
  /// A line of what was swept, as task and teacher.
  public struct Fact: Codable, Equatable, Sendable {
    /// What the line is about: `task`.
    public let name: String
    /// What there is to say: `world:shapes@blurry, all 12 classes`.
    public let text: String

    /// A line.
    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// What was asked for; the budget is that of each draw's record where a family has its own.
  public var setting: BoundSetting
  /// The families in the order in which they were asked for.
  public var sweeps: [FamilySweep]
  /// What was swept, a line each.
  public var facts: [Fact]
  /// What sweeping took, in seconds, as far as this process did it.
  public var seconds: Double

  /// Results of the given parts.
  public init(setting: BoundSetting, sweeps: [FamilySweep], facts: [Fact] = [], seconds: Double = 0) {
    self.setting = setting
    self.sweeps = sweeps
    self.facts = facts
    self.seconds = seconds
  }
}
