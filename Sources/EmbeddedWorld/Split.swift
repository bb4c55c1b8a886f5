/// Which of a task's endless supplies of samples; they never share a random stream.
public enum Split: String, CaseIterable, Sendable {
  case train, validation, test
}
