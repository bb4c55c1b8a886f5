// swift-tools-version: 6.0
import PackageDescription

// A package of its own, so that nothing of it is built with RPP. How to build and run it: README.md.
let package = Package(
  name: "Fuzzing",
  dependencies: [.package(name: "RPP", path: "..")],
  targets: [
    // The modules below it come with the product.
    .executableTarget(name: "Fuzz", dependencies: [.product(name: "RPP", package: "RPP")])
  ],
  swiftLanguageModes: [.v6]
)
