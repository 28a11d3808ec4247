// swift-tools-version: 6.2
import PackageDescription

// The rooms, from the bottom up. An arrow in docs/architecture.md is a dependency here; nothing points up.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let deflate = Target.Dependency.target(name: "CDeflate", condition: .when(traits: ["Libdeflate"]))
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "actool",
  products: [.executable(name: "actool", targets: ["actool"])],
  traits: [
    .trait(name: "Libdeflate", description: "libdeflate in place of zlib for the codec gz: needs libdeflate-dev")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),

    .target(name: "Entries", swiftSettings: strict),
    .target(name: "Files", dependencies: [system], swiftSettings: strict),
    .target(name: "BlockFile", dependencies: ["Files", "CZlib", "CZstd", deflate, system], swiftSettings: strict),
    .target(name: "RFile", dependencies: ["Entries", "BlockFile"], swiftSettings: strict),
    .target(name: "Tablets", dependencies: ["Entries", "Files", system], swiftSettings: strict),
    .target(name: "JavaRegex", dependencies: ["Entries"], swiftSettings: strict),
    .target(name: "Planning", dependencies: ["Tablets"], swiftSettings: strict),
    .target(
      name: "Compaction",
      dependencies: ["Entries", "Files", "BlockFile", "RFile", "Tablets", "Planning", "JavaRegex", system],
      swiftSettings: strict),
    .target(name: "Balancing", dependencies: ["Entries", "Tablets", "JavaRegex"], swiftSettings: strict),
    .target(
      name: "ContinuousIngest",
      dependencies: ["Entries", "Files", "BlockFile", "RFile", "Tablets", "Compaction", "CZlib", system],
      swiftSettings: strict),
    .executableTarget(
      name: "actool",
      dependencies: [
        "Balancing", "ContinuousIngest", "Compaction", "Planning", "Tablets", "RFile", "BlockFile", "Files", "Entries",
        system, arguments,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Bench",
      dependencies: [
        "Balancing", "ContinuousIngest", "Compaction", "Files", "Planning", "Tablets", "RFile", "BlockFile", "Entries",
        system, arguments,
      ],
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Entries", "Tablets", "CZlib", "CZstd"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "RoomTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(name: "EntriesTests", dependencies: ["Entries", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport", system], swiftSettings: strict),
    .testTarget(
      name: "BlockFileTests", dependencies: ["BlockFile", "Files", "TestSupport", system], swiftSettings: strict),
    .testTarget(name: "RFileTests", dependencies: ["RFile", "TestSupport", "CZlib", "CZstd"], swiftSettings: strict),
    .testTarget(
      name: "TabletsTests", dependencies: ["Tablets", "Files", "TestSupport", system], swiftSettings: strict),
    .testTarget(name: "JavaRegexTests", dependencies: ["JavaRegex", "Entries", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "BalancingTests", dependencies: ["Balancing", "Tablets", "Entries", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "PlanningTests", dependencies: ["Planning", "Tablets", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CompactionTests",
      dependencies: ["Compaction", "RFile", "Tablets", "Entries", "Files", "TestSupport", system], swiftSettings: strict
    ),
    .testTarget(
      name: "ContinuousIngestTests",
      dependencies: [
        "ContinuousIngest", "Compaction", "RFile", "BlockFile", "Tablets", "Entries", "Files", "TestSupport", system,
      ], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["actool", "Bench", "TestSupport", "RFile", "BlockFile", "Entries", "Tablets", "Files", system],
      swiftSettings: strict),
  ]
)
