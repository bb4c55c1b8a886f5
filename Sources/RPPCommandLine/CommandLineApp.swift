import ArgumentParser
import Basics
import Datasets
import Experiments
import Foundation
import PromptLearning
import StandardPlugins
import Tensors
import Training

/// The whole command line as a value: what `rpp` is, with any plugins in it.
///
/// A package with a plugin of its own makes its executable of one line:
///
///     CommandLineApp(registry: .standard.adding(structures: [StripedPrompt.self])).run()
public struct CommandLineApp: Sendable {
  @TaskLocal static var registry = PluginRegistry.standard

  @TaskLocal static var tasks = TaskRegistry.standard

  @TaskLocal static var protocols = StudyRegistry.standardProtocols

  @TaskLocal static var baselines = StudyRegistry.standardBaselines

  /// The ranks that training is shared among.
  @TaskLocal static var ranks = Ranks.one

  /// What the names in a comparison can mean.
  static var studies: StudyRegistry {
    StudyRegistry(plugins: registry, tasks: tasks, protocols: protocols, baselines: baselines)
  }

  private let registry: PluginRegistry
  private let tasks: TaskRegistry
  private let protocols: [any StudyProtocol.Type]
  private let baselines: [any Baseline]

  /// A command line that knows the given plugins, sources of tasks, protocols and baselines of comparisons.
  public init(
    registry: PluginRegistry = .standard, tasks: TaskRegistry = .standard,
    protocols: [any StudyProtocol.Type] = StudyRegistry.standardProtocols,
    baselines: [any Baseline] = StudyRegistry.standardBaselines
  ) {
    self.registry = registry
    self.tasks = tasks
    self.protocols = protocols
    self.baselines = baselines
  }

  /// Runs the command of the process's arguments and ends the process: status 0, 1 for a failure, 2 for a mistake in the
  /// command, 130 when interrupted.
  ///
  /// - Parameter ranks: The processes that training is shared among, all of which call this.
  public func run(on ranks: any RankGroup = Ranks.one) -> Never {
    LaunchedProcesses.shareCores()
    if LaunchedProcesses.rank > 0 { dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO) }
    let code = Self.$registry.withValue(registry) {
      Self.$tasks.withValue(tasks) {
        Self.$protocols.withValue(protocols) {
          Self.$baselines.withValue(baselines) {
            Self.$ranks.withValue(ranks) { status(of: Array(CommandLine.arguments.dropFirst())) }
          }
        }
      }
    }
    // What was printed may still wait in memory: a full disk behind it must not pass for success.
    guard fflush(nil) == 0 else {
      Terminal.error("cannot write the output: \(String(cString: strerror(errno)))")
      ranks.end(max(code, 1))
    }
    ranks.end(code)
  }

  private func status(of arguments: [String]) -> Int32 {
    // A stream that the caller closed must not come back as one of our files.
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDWR)
    }
    // The cache maps a file for every 256 rows, or fewer; the usual limit of 1024 is for programs that use select().
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      limit.rlim_cur = limit.rlim_max
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    do {
      if let text = ProcessInfo.processInfo.environment[Parallel.variable], !text.isEmpty,
        Parallel.threadCount(text) == nil
      {
        let (least, most) = (Parallel.threadCounts.lowerBound, Parallel.threadCounts.upperBound)
        throw Failure.usage(
          "\(Parallel.variable) is a whole number from \(least) to \(most), not \(Spelling.quoted(text))")
      }
      try RootCommand.run(arguments)
      return 0
    } catch let failure as Failure {
      Terminal.error(failure.description)
      return failure.kind == .usage ? 2 : 1
    } catch let interrupted as Trainer.Interrupted {
      Terminal.error("interrupted" + (interrupted.isResumable ? "; the same command goes on from here" : ""))
      return 130
    } catch {
      let text = RootCommand.fullMessage(for: error)
      guard RootCommand.exitCode(for: error) != .success else {
        print(text)
        return 0
      }
      Terminal.lines(text)
      return 2
    }
  }
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Terminal.program,
    abstract: "Learn prompts for vision-language models on a frozen CLIP.",
    discussion: """
      Start here:
        \(Terminal.program) train --task world:shapes@sketch --structure coop --out runs/first
        \(Terminal.program) evaluate --run runs/first

      RPP_NUM_THREADS sets the threads (default: all cores); it changes no number.
      """,
    subcommands: [
      TrainCommand.self, CompareCommand.self, BoundCommand.self, ReportCommand.self, EvaluateCommand.self,
      PredictCommand.self,
      InterpretCommand.self, PromptsCommand.self, PluginsCommand.self,
      NewPluginCommand.self, TasksCommand.self, BackboneCommand.self, BenchmarkCommand.self, DemoCommand.self,
      CacheCommand.self, FeaturesCommand.self,
    ])

  @Flag(help: "Versions of RPP and of OpenBLAS, with the kernels that it uses here, and threads.")
  var version = false

  func run() throws {
    guard version else { throw CleanExit.helpRequest(self) }
    let threads = Parallel.threadCount
    print(
      "\(Terminal.program) \(RPPVersion.current), OpenBLAS \(BLAS.version) with \(BLAS.kernels) kernels, "
        + "\(threads) thread\(threads == 1 ? "" : "s")")
  }
}
