import Basics

/// - Throws: a usage ``Failure`` unless `shots` is a number of pictures one can learn from.
func requireShots(_ shots: Int) throws {
  guard shots > 0 else { throw Failure.usage("\(shots) shots: learning needs at least 1 picture of each class") }
}
