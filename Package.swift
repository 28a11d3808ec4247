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

/// Compiling the tests takes longer than they gain by being optimised; what they test is optimised in a release build.
let tests: [SwiftSetting] = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// `make test` runs every benchmark once, to see that it works.
let benchmarks = Context.environment["ACTOOL_TESTS"] == nil ? strict : tests

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let deflate = Target.Dependency.target(name: "CDeflate", condition: .when(traits: ["Libdeflate"]))
let isal = Target.Dependency.target(name: "CISAL", condition: .when(traits: ["ISAL"]))
let snappy = Target.Dependency.target(name: "CSnappy", condition: .when(traits: ["Snappy"]))
let lz4 = Target.Dependency.target(name: "CLZ4", condition: .when(traits: ["LZ4"]))
let bzip2 = Target.Dependency.target(name: "CBzip2", condition: .when(traits: ["Bzip2"]))
let curl = Target.Dependency.target(name: "CCurl", condition: .when(traits: ["Remote"]))
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "actool",
  products: [.executable(name: "actool", targets: ["actool"])],
  traits: [
    .trait(name: "Libdeflate", description: "libdeflate in place of zlib for the codec gz: needs libdeflate-dev"),
    .trait(name: "ISAL", description: "ISA-L as the quick encoder of the codec gz, if there: needs libisal-dev"),
    .trait(name: "Snappy", description: "the codec snappy: needs libsnappy-dev"),
    .trait(name: "LZ4", description: "the codec lz4: needs liblz4-dev"),
    .trait(name: "Bzip2", description: "the codec bzip2: needs libbz2-dev"),
    .trait(name: "Remote", description: "files on HTTP, S3 and WebHDFS servers: needs libcurl4-openssl-dev"),
    .trait(name: "Fuzzing", description: "libFuzzer in the program Fuzz: needs -sanitize=fuzzer"),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .systemLibrary(name: "CMinizip", pkgConfig: "minizip", providers: [.apt(["libminizip-dev"])]),

    .target(name: "CMemory"),
    .target(name: "CCurl", cSettings: [.define("REMOTE", .when(traits: ["Remote"]))]),
    .target(name: "CISAL", cSettings: [.define("ISAL", .when(traits: ["ISAL"]))]),

    .target(name: "Digests", swiftSettings: strict),
    .target(name: "Entries", dependencies: ["Digests"], swiftSettings: strict),
    .target(name: "Java", dependencies: ["Entries"], swiftSettings: strict),
    .target(name: "Files", dependencies: [system], swiftSettings: strict),
    .target(
      name: "BlockFile",
      dependencies: ["Digests", "Files", "CZlib", "CZstd", deflate, isal, snappy, lz4, bzip2, system],
      swiftSettings: strict),
    .target(name: "RFile", dependencies: ["Entries", "Java", "BlockFile"], swiftSettings: strict),
    .target(name: "Records", dependencies: ["Digests", "Entries", "Files", system], swiftSettings: strict),
    .target(name: "Remote", dependencies: ["Files", "Records", curl, system], swiftSettings: strict),
    .target(name: "Reporting", dependencies: ["Entries", "Records"], swiftSettings: strict),
    .target(name: "Settings", dependencies: ["Files", system], swiftSettings: strict),
    .target(name: "Metadata", dependencies: ["Entries", "Files", "Records", system], swiftSettings: strict),
    .target(
      name: "TabletStore", dependencies: ["Digests", "Entries", "Files", "Records", system], swiftSettings: strict),
    .target(
      name: "ExportedTable",
      dependencies: [
        "Digests", "Entries", "Java", "Files", "BlockFile", "Records", "Settings", "TabletStore", "CMinizip", system,
      ],
      swiftSettings: strict),
    .target(name: "Planning", dependencies: ["Java", "Records", "Settings"], swiftSettings: strict),
    .target(
      name: "Simulation", dependencies: ["Entries", "Planning", "Records", "Settings"], swiftSettings: strict),
    .target(name: "Balancing", dependencies: ["Entries", "Java", "Records", "Settings"], swiftSettings: strict),
    .target(
      name: "Compaction",
      dependencies: [
        "Digests", "Entries", "Java", "Files", "BlockFile", "RFile", "Records", "Settings", "TabletStore",
        "ExportedTable", system,
      ],
      swiftSettings: strict),
    .target(
      name: "ContinuousIngest",
      dependencies: [
        "Digests", "Entries", "Files", "BlockFile", "RFile", "Records", "TabletStore", "ExportedTable", "Compaction",
        "CZlib", deflate, system,
      ], swiftSettings: strict),
    .executableTarget(
      name: "actool",
      dependencies: [
        "Entries", "Files", "BlockFile", "RFile", "Records", "Settings", "Metadata", "TabletStore", "ExportedTable",
        "Remote", "Reporting", "Planning", "Simulation", "Balancing", "Compaction", "ContinuousIngest", "CMemory",
        system, arguments,
      ], swiftSettings: strict),
    .executableTarget(
      name: "Bench",
      dependencies: [
        "Entries", "Files", "BlockFile", "RFile", "Records", "Settings", "TabletStore", "Planning", "Balancing",
        "Compaction", "ContinuousIngest", system, arguments,
      ], path: "Benchmarks", swiftSettings: benchmarks),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Digests", "Entries", "Java", "Files", "BlockFile", "RFile", "Records", "Remote", "Settings", "Metadata",
        "TabletStore", "ExportedTable", "Planning", "Compaction", "CZlib", system,
      ], path: "Tests/Fuzz", exclude: ["run"], swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Entries", "Records", "CZlib", "CZstd", bzip2], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "RoomTests", dependencies: ["TestSupport"], swiftSettings: tests),
    .testTarget(name: "DigestsTests", dependencies: ["Digests", "TestSupport"], swiftSettings: tests),
    .testTarget(name: "EntriesTests", dependencies: ["Digests", "Entries", "TestSupport"], swiftSettings: tests),
    .testTarget(name: "JavaTests", dependencies: ["Entries", "Java", "TestSupport"], swiftSettings: tests),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport", system], swiftSettings: tests),
    .testTarget(
      name: "BlockFileTests", dependencies: ["Files", "BlockFile", "TestSupport", system], swiftSettings: tests),
    .testTarget(
      name: "RFileTests", dependencies: ["Entries", "BlockFile", "RFile", "Records", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "RecordsTests", dependencies: ["Entries", "Records", "TestSupport"], swiftSettings: tests),
    .testTarget(name: "RemoteTests", dependencies: ["Files", "Remote", "TestSupport", system], swiftSettings: tests),
    .testTarget(name: "ReportingTests", dependencies: ["Records", "Reporting", "TestSupport"], swiftSettings: tests),
    .testTarget(name: "SettingsTests", dependencies: ["Records", "Settings", "TestSupport"], swiftSettings: tests),
    .testTarget(
      name: "MetadataTests", dependencies: ["Entries", "Records", "Metadata", "TestSupport"], swiftSettings: tests),
    .testTarget(
      name: "TabletStoreTests", dependencies: ["Files", "Records", "TabletStore", "TestSupport", system],
      swiftSettings: tests),
    .testTarget(
      name: "ExportedTableTests",
      dependencies: ["Files", "Records", "TabletStore", "ExportedTable", "CZlib", "TestSupport", system],
      swiftSettings: tests),
    .testTarget(
      name: "PlanningTests", dependencies: ["Java", "Records", "Settings", "Planning", "TestSupport"],
      swiftSettings: tests),
    .testTarget(
      name: "SimulationTests", dependencies: ["Planning", "Records", "Settings", "Simulation", "TestSupport"],
      swiftSettings: tests),
    .testTarget(name: "BalancingTests", dependencies: ["Records", "Balancing", "TestSupport"], swiftSettings: tests),
    .testTarget(
      name: "CompactionTests",
      dependencies: [
        "Entries", "Java", "Files", "BlockFile", "RFile", "Records", "Settings", "TabletStore", "Compaction",
        "TestSupport", system,
      ], swiftSettings: tests),
    .testTarget(
      name: "ContinuousIngestTests",
      dependencies: [
        "Entries", "Files", "BlockFile", "RFile", "Records", "TabletStore", "ContinuousIngest", "TestSupport", system,
      ], swiftSettings: tests),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "actool", "Bench", "Fuzz", "Entries", "Files", "BlockFile", "RFile", "Records", "TabletStore", "TestSupport",
        system,
      ], swiftSettings: tests),
  ]
)
