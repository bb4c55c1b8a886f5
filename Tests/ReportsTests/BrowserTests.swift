import Foundation
import TestSupport
import Testing

import Reports

/// The page in a real browser, at the widths of a phone and of a desk.
@Suite(.serialized, .enabled(if: Browser.path != nil, "chromium is not installed: apt-get install chromium"))
struct BrowserTests {
  enum Report: CaseIterable {
    case comparison, sweep
  }

  /// The reports, and beside each the page with a script that looks at it.
  private static let folders: [Report: Result<TemporaryFolder, any Error>] = [
    .comparison: Result { try folder { try comparison($0) } }, .sweep: Result { try folder { try sweep($0) } },
  ]

  private static func comparison(_ folder: String) throws {
    var study = SyntheticStudy(images: 40)
    study.tasks.append("folder:a-folder-with-a-very-long-name/that-goes-on-and-on-without-any-blank")
    study.structures.append(("a-structure-of-someone-with-a-long-name:option=1", 0.4, 0.1, 0.6))
    try StudyReport(study.baseToNew(), replicates: 100).write(to: folder)
  }

  private static func sweep(_ folder: String) throws {
    var sweep = SyntheticSweep(
      names: ["coop:contextLength=4", "a-structure-of-someone-with-a-long-name:option=1"],
      weights: "0,0.03,0.1,0.3,1,3,10,30,100,300,1000,inf", sizes: [24, 96, 384])
    sweep.unsettled = [1, 4]
    sweep.hasNewClasses = true
    sweep.population = 1200
    try BoundReport(sweep.results(), provenance: .testing).write(to: folder)
  }

  private static func folder(_ write: (String) throws -> Void) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try write(folder.path)
    // What is folded must fit too; then a click must sort.
    let script = """
      <script>
      for (const one of document.querySelectorAll("details")) one.open = true;
      const button = document.querySelector("th.number button");
      button.click();
      const column = button.closest("th").cellIndex;
      const values = [...document.querySelectorAll("table")[0].tBodies[0].rows]
        .map(row => row.cells[column].dataset.key).filter(key => key !== undefined).map(Number);
      const isSorted = values.every((value, index) => index === 0 || values[index - 1] >= value);
      const small = [...document.querySelectorAll("svg")].filter(svg => svg.getBoundingClientRect().width < 200).length;
      const paper = getComputedStyle(document.body).backgroundColor.replaceAll(" ", "");
      parent.postMessage([document.documentElement.scrollWidth, innerWidth, isSorted && values.length > 3, small,
        paper].join(" "), "*");
      </script></body>
      """
    try folder.write(try folder.text("report.html").replacing("</body>", with: script), to: "seen.html")
    return folder
  }

  @Test(
    arguments: [Report.comparison, .sweep].flatMap { report in
      [360, 390, 1280].flatMap { width in [false, true].map { (report, width, $0) } }
    })
  func fitsAndComplainsOfNothing(report: Report, width: Int, isDark: Bool) throws {
    let folder = try Self.folders[report]!.get()
    let own = try TemporaryFolder()
    // A window has at least 500 pixels; a frame has what it is given.
    let frame = try own.write(
      """
      <!doctype html><script>
      addEventListener("message", event => document.documentElement.setAttribute("data-seen", event.data));
      </script><iframe src="file://\(folder.path)/seen.html" width="\(width)" height="2000" frameborder="0"></iframe>
      """, to: "frame.html")
    let (page, log) = try Browser.open(frame, isDark: isDark, profile: own.path)
    let seen = try #require(page.firstMatch(of: /data-seen="([^"]*)"/)?.output.1.split(separator: " "), "\(log)")
    #expect(Int(seen[0])! <= Int(seen[1])!, "the page is \(seen[0]) wide in a window of \(seen[1])")
    #expect(Int(seen[1]) == width)
    #expect(seen[2] == "true", "a click does not sort")
    #expect(seen[3] == "0", "a picture is too small to be read")
    #expect(seen[4] == (isDark ? "rgb(20,22,26)" : "rgb(255,255,255)"))
    let complaints = log.split(separator: "\n").filter { $0.contains("CONSOLE") }
    #expect(complaints.isEmpty, "\(complaints)")
  }
}

/// Chromium without a window.
private enum Browser {
  static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// The page as it is after its scripts, and what the browser wrote to its log.
  static func open(_ file: String, isDark: Bool, profile: String) throws -> (page: String, log: String) {
    let outputs = ["page", "log"].map { "\(profile)/browser.\($0)" }
    for output in outputs { try Data().write(to: URL(fileURLWithPath: output)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path!)
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
        "--user-data-dir=\(profile)/profile", "--window-size=1400,2400", "--virtual-time-budget=5000",
        "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--dump-dom", "file://\(file)",
      ]
    process.standardOutput = FileHandle(forWritingAtPath: outputs[0])
    process.standardError = FileHandle(forWritingAtPath: outputs[1])
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String { try String(contentsOfFile: name, encoding: .utf8) }
    return (
      try text(outputs[0]), String(decoding: try Data(contentsOf: URL(fileURLWithPath: outputs[1])), as: UTF8.self)
    )
  }
}
