import TestSupport
import Testing

@testable import Balancing
@testable import Records

/// Compares with Accumulo's own balancers.
@Suite("Accumulo's balancers") struct GoldenBalancerTests {
  private func sites(_ line: GoldenLine) -> TabletSites {
    var sites = TabletSites()
    for tablet in line["tablets"]?.elements ?? [] {
      let server = tablet["tserver"]?.text
      sites.append(
        TabletSite(
          extent: KeyExtent(
            tableId: tablet["tableId"]!.text!, prevEndRow: tablet["prevEndRow"]?.text.map { Array($0.utf8) },
            endRow: tablet["endRow"]?.text.map { Array($0.utf8) }), location: server, last: server))
    }
    return sites
  }

  private func name(_ extent: KeyExtent) -> String {
    extent.tableId + (extent.endRow.map { ";" + String(decoding: $0, as: UTF8.self) } ?? "<")
  }

  @Test("every scenario of the group balancer ends even, with the fewest moves, and assigns as Accumulo does")
  func groups() throws {
    let lines = try GoldenLine.all("balancer/groupbalancer.jsonl") + GoldenLine.all("balancer/groupbalancer_big.jsonl")
    var (planned, groupsCompared, fewestCompared, assignmentsCompared) = (0, 0, 0, 0)
    for line in lines {
      let sites = sites(line)
      let rule = try GroupRule(regex: line["regex"]!.text!, defaultGroup: line["defaultGroup"]?.text)
      if line.expectsError {
        #expect(throws: BalanceError.self, "\(line)") { try sites.indices.map { try rule.group(of: $0, in: sites) } }
        continue
      }
      let groups = try sites.indices.map { try rule.group(of: $0, in: sites).name }
      if let expected = line.expect["groups"]?.strings, !expected.isEmpty {
        #expect(groups == expected, "\(line)")
        groupsCompared += 1
      }
      let servers = ServerList(line["tservers"]?.strings ?? [])
      guard servers.count > 0 else {
        #expect(throws: BalanceError.self) {
          try TablePlacement(sites: sites, groups: TextColumn(groups), servers: servers)
        }
        continue
      }
      let plan = BalancePlan(try TablePlacement(sites: sites, groups: TextColumn(groups), servers: servers))
      planned += 1
      #expect(PlacementReport(plan.after).isBalanced, "\(line)")
      #expect(plan.proof.isMinimal, "\(line)")
      if let least = line.expect["minMigrations"]?.int {
        fewestCompared += 1
        #expect(plan.migrations.count == least, "\(line)")
        #expect(
          plan.migrations.count <= line.expect["totalMigrations"]!.int! || line["waitTime"] != nil
            || line["currentMigrations"] != nil, "\(line)")
      }
      let expected = line.expect["assignments"]?.elements ?? []
      if line["assignFirst"] != nil {
        assignmentsCompared += 1
        #expect(!expected.isEmpty)
        let assigned = Dictionary(uniqueKeysWithValues: plan.assignments.map { (name($0.extent), $0.to) })
        #expect(assigned == Dictionary(uniqueKeysWithValues: expected.map { ($0["tablet"]!.text!, $0["to"]!.text!) }))
      }
      let greedy = GreedyGroupBalancer.run(plan.start, migrationsPerPass: line["maxMigrations"]?.int ?? 1000)
      #expect(greedy.total >= plan.migrations.count, "\(line)")
    }
    #expect(planned > 60 && fewestCompared > 60 && groupsCompared >= 4 && assignmentsCompared >= 6)
  }

  @Test("the simple balancer moves as many tablets from each server to each other as Accumulo's")
  func simple() throws {
    var compared = 0
    for line in try GoldenLine.all("balancer/simple_balancer.jsonl") {
      let all = line["tservers"]!.fields[0].value.fields.map(\.name).sorted()
      let tables = line["tableToBalance"]?.text.map { [$0] } ?? all
      compared += 1
      let servers = ServerList(line["tservers"]!.fields.map(\.name))
      var counts = servers.names.map { server in tables.map { line["tservers"]![server]![$0]!.int! } }
      for round in line.expect["rounds"]!.elements {
        let (transfers, needsMore) = SimpleLoadBalancer.pass(counts)
        var ours: [String: Int] = [:]
        for transfer in transfers {
          let names = [servers.names[transfer.from], servers.names[transfer.to], tables[transfer.table]]
          ours[names.joined(separator: " "), default: 0] += transfer.count
        }
        var theirs: [String: Int] = [:]
        for move in round["moves"]!.elements {
          theirs["\(move["from"]!.text!) \(move["to"]!.text!) \(move["table"]!.text!)"] = move["count"]!.int!
        }
        #expect(ours == theirs, "\(line)")
        #expect(needsMore == (round["returnMillis"]!.int! == 1000), "\(line)")
        for transfer in transfers {
          counts[transfer.from][transfer.table] -= transfer.count
          counts[transfer.to][transfer.table] += transfer.count
        }
      }
      #expect(SimpleLoadBalancer.pass(counts).transfers.isEmpty, "\(line)")
    }
    #expect(compared == 31)
  }
}
