import Foundation

/// The system's own words for why it refused something.
enum SystemError {
  /// "No space left on device" and the like, where Foundation knows; else what Foundation says.
  static func reason(_ error: any Error) -> String {
    let nsError = error as NSError
    let underlying = nsError.userInfo[NSUnderlyingErrorKey] as? NSError ?? nsError
    return underlying.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(underlying.code))) : nsError.localizedDescription
  }
}
