/// What the directory of a zip archive says of one file in it.
struct ZipEntry {
  /// How it is compressed; 0 for not at all, which is all that PyTorch writes.
  let method: Int
  let isEncrypted: Bool
  /// The CRC-32 of its bytes.
  let checksum: UInt32
  /// The bytes that it takes in the archive.
  let size: Int
  /// Where its own header lies, which its bytes follow.
  let header: Int
}
