// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "crmkit",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "Crmkit", targets: ["Crmkit"])],
    targets: [
        // The headers of the Rust library; the library itself is found by -L, which `cargo xtask test swift` hands in.
        .systemLibrary(name: "CrmkitFFI"),
        .target(name: "Crmkit", dependencies: ["CrmkitFFI"]),
        .executableTarget(name: "GetBench", dependencies: ["Crmkit"]),
        .testTarget(name: "CrmkitTests", dependencies: ["Crmkit"]),
    ]
)
