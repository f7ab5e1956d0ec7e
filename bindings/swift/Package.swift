// swift-tools-version: 6.0
import Foundation
import PackageDescription

// What an app takes has the library as a framework beside this file: `cargo xtask package apple` makes it.
let framework = "CrmkitFFI.xcframework"
let isPackaged = FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + framework)

let library: Target =
    isPackaged
    ? .binaryTarget(name: "CrmkitFFI", path: framework)
    // The headers alone; the library is found by -L, which `cargo xtask test swift` hands in.
    : .systemLibrary(name: "CrmkitFFI")

let development: [Target] = [
    .target(name: "Examples", dependencies: ["Crmkit"], path: "Examples"),
    .executableTarget(name: "GetBench", dependencies: ["Crmkit"]),
    .testTarget(name: "CrmkitTests", dependencies: ["Crmkit", "Examples"]),
]

let package = Package(
    name: "crmkit",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [.library(name: "Crmkit", targets: ["Crmkit"])],
    targets: [
        library,
        .target(name: "Crmkit", dependencies: ["CrmkitFFI"], resources: [.process("PrivacyInfo.xcprivacy")]),
    ] + (isPackaged ? [] : development)
)
