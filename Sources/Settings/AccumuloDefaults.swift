// What Accumulo 2.1.6 does when nothing is set: the defaults of its properties for tables and their compactions, and
// what it sets on a new table (`IteratorConfigUtil.getInitialTableProperties`) and on its own tables at initialisation.
// The compaction services of 4.0 are here, too: no other version knows their names.
// Accumulo: `org.apache.accumulo.core.conf.Property`, `org.apache.accumulo.server.init.InitialConfiguration`.

enum AccumuloDefaults {
  static let iteratorScopes = ["majc", "minc", "scan"]

  static let settings: [String: String] = {
    var settings = tables
    settings.merge(services) { $1 }
    for scope in iteratorScopes {
      settings["table.iterator.\(scope).vers"] = "20,\(versioningIterator)"
      settings["table.iterator.\(scope).vers.opt.maxVersions"] = "1"
    }
    return settings
  }()

  /// Whether 2.1.6 has a setting of this name, or a prefix that takes any name after it.
  static func knows(_ key: String) -> Bool {
    settings[key] != nil || families.contains { key.hasPrefix($0) && key != $0 }
  }

  private static let families =
    [
      "compaction.dispatcher.opts", "compaction.selector.opts", "compaction.configurer.opts", "constraint",
      "crypto.opts", "custom", "group", "iterator.majc", "iterator.minc", "iterator.scan",
      "majc.compaction.strategy.opts",
      "replication.target", "sampler.opt", "scan.dispatcher.opts", "summarizer",
    ].map { "table.\($0)." } + [
      "compaction.", "compactor.", "coordinator.", "gc.", "general.", "instance.", "manager.", "master.", "monitor.",
      "replication.",
      "rpc.", "sserver.", "trace.", "tserver.",
    ]

  /// The initial settings of the root table (`+r`) and the metadata table (`!0`); nil for other tables.
  static func metadataTable(_ tableId: String) -> [String: String]? {
    guard tableId == "+r" || tableId == "!0" else { return nil }
    var settings = [
      "table.cache.block.enable": "true",
      "table.compaction.dispatcher.opts.service": tableId == "+r" ? "root" : "meta",
      "table.compaction.major.ratio": "1",
      "table.constraint.1": "org.apache.accumulo.server.constraints.MetadataConstraints",
      "table.file.compress.blocksize": "32K",
      "table.file.replication": "5",
      "table.group.server": "file,log,srv,future",
      "table.group.tablet": "~tab,loc",
      "table.groups.enabled": "tablet,server",
      "table.iterator.majc.bulkLoadFilter": "20,org.apache.accumulo.server.iterators.MetadataBulkLoadFilter",
      "table.split.threshold": "64M",
    ]
    for scope in iteratorScopes {
      settings["table.iterator.\(scope).vers"] = "10,\(versioningIterator)"
      settings["table.iterator.\(scope).vers.opt.maxVersions"] = "1"
      if tableId == "!0" {
        settings["table.iterator.\(scope).replcombiner"] = "9,org.apache.accumulo.server.replication.StatusCombiner"
        settings["table.iterator.\(scope).replcombiner.opt.columns"] = "stat"
      }
    }
    return settings
  }

  private static let core = "org.apache.accumulo.core"
  private static let versioningIterator = "\(core).iterators.user.VersioningIterator"
  private static let planner = "\(core).spi.compaction.DefaultCompactionPlanner"

  private static let services: [String: String] = {
    var settings = ["tserver.scan.files.open.max": "100", "tserver.compaction.major.delay": "30s"]
    let service = "tserver.compaction.major.service"
    for (name, maxOpen, executors) in [
      (
        "default", "10",
        """
        [{"name":"small","type":"internal","maxSize":"32M","numThreads":2},\
        {"name":"medium","type":"internal","maxSize":"128M","numThreads":2},\
        {"name":"large","type":"internal","numThreads":2}]
        """
      ),
      (
        "meta", "30",
        """
        [{"name":"small","type":"internal","maxSize":"32M","numThreads":2},\
        {"name":"huge","type":"internal","numThreads":2}]
        """
      ),
      (
        "root", "30",
        """
        [{"name":"small","type":"internal","maxSize":"32M","numThreads":1},\
        {"name":"huge","type":"internal","numThreads":1}]
        """
      ),
    ] {
      settings["\(service).\(name).planner"] = planner
      settings["\(service).\(name).planner.opts.maxOpen"] = maxOpen
      settings["\(service).\(name).planner.opts.executors"] = executors
      settings["\(service).\(name).rate.limit"] = "0B"
    }
    settings["compaction.service.default.planner"] = "\(core).spi.compaction.RatioBasedCompactionPlanner"
    settings["compaction.service.default.planner.opts.maxOpen"] = "10"
    settings["compaction.service.default.planner.opts.groups"] = #"[{"group": "default"}]"#
    return settings
  }()

  private static let tables: [String: String] = [
    "table.balancer": "\(core).spi.balancer.SimpleLoadBalancer",
    "table.bloom.enabled": "false",
    "table.bloom.error.rate": "0.5%",
    "table.bloom.hash.type": "murmur",
    "table.bloom.key.functor": "\(core).file.keyfunctor.RowFunctor",
    "table.bloom.load.threshold": "1",
    "table.bloom.size": "1048576",
    "table.bulk.max.tablets": "0",
    "table.bulk.metadata.skip.distance": "0",
    "table.cache.block.enable": "false",
    "table.cache.index.enable": "true",
    "table.class.loader.context": "",
    "table.classpath.context": "",
    "table.compaction.configurer": "",
    "table.compaction.dispatcher": "\(core).spi.compaction.SimpleCompactionDispatcher",
    "table.compaction.input.drop.cache": "ALL",
    "table.compaction.major.everything.idle": "1h",
    "table.compaction.major.output.drop.cache": "false",
    "table.compaction.major.ratio": "3",
    "table.compaction.minor.idle": "5m",
    "table.compaction.minor.logs.threshold": "3",
    "table.compaction.minor.output.drop.cache": "false",
    "table.compaction.selection.expiration.ms": "2m",
    "table.compaction.selector": "",
    "table.constraint.1": "\(core).data.constraints.DefaultKeySizeConstraint",
    "table.delete.behavior": "process",
    "table.durability": "sync",
    "table.failures.ignore": "false",
    "table.file.blocksize": "0B",
    "table.file.compress.blocksize.index": "128k",
    "table.file.compress.blocksize": "100k",
    "table.file.compress.type": "gz",
    "table.file.ec.policy": "",
    "table.file.ec": "inherit",
    "table.file.max": "15",
    "table.file.replication": "0",
    "table.file.summary.maxSize": "256k",
    "table.file.type": "rf",
    "table.formatter": "\(core).util.format.DefaultFormatter",
    "table.groups.enabled": "",
    "table.interepreter": "\(core).util.interpret.DefaultScanInterpreter",
    "table.majc.compaction.strategy": "",
    "table.replication": "false",
    "table.sampler": "",
    "table.scan.dispatcher": "\(core).spi.scan.SimpleScanDispatcher",
    "table.scan.max.memory": "512k",
    "table.security.scan.visibility.default": "",
    "table.shuffle.sources": "false",
    "table.split.endrow.size.max": "10k",
    "table.split.threshold": "1G",
    "table.suspend.duration": "0s",
    "table.walog.enabled": "true",
  ]
}
