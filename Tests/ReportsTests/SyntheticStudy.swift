import Basics
import Datasets
import Experiments
import Foundation
import Training

/// Results of studies that nobody made: every image has a difficulty, every method an ability, every run its luck, all drawn
/// from named streams.
struct SyntheticStudy {
  /// Accuracy that a structure adds to zero-shot on all or base classes, in logits.
  var structures: [(name: String, base: Double, new: Double, loss: Double)] = [
    ("coop:contextLength=4", 0.55, -0.10, 0.92), ("ivlp", 0.95, -0.30, 0.55), ("maple", 0.80, 0.02, 0.70),
    ("sapl", 1.20, 0.25, 0.31),
  ]
  /// What a supervision adds on base classes and on new ones.
  var supervisions: [(name: String, base: Double, new: Double, loss: Double)] = [
    ("hard-label", 0, 0, 0), ("hard-label+soft-label-kd:weight=1,teacher=embedded:teacher", -0.05, 0.45, 0.12),
  ]
  var tasks = ["world:shapes@sketch", "world:textures@night"]
  var seeds: [UInt64] = [1, 2, 3]
  var images = 240
  var classNames = ["red circle", "blue square", "green star", "white moon", "black cat", "grey house"]

  /// Learned on base classes, tested on both.
  func baseToNew() -> StudyResults {
    var cells: [TestedCell] = []
    for task in tasks {
      for classes in [ClassSelection.base, .new] {
        cells += references(task, classes)
        cells += learned { structure, supervision, seed in
          [
            cell(
              task: task, tested: task, structure: structure.name, supervision: supervision.name, shots: 16, epochs: 50,
              seed: seed, classes: classes,
              ability: classes == .base ? structure.base + supervision.base : structure.new + supervision.new,
              loss: structure.loss + supervision.loss)
          ]
        }
        cells += seeds.map { seed in
          cell(
            .baseline, task: task, tested: task, structure: "linear-probe", supervision: "logistic", shots: 16,
            epochs: 0, seed: seed, classes: classes, ability: classes == .base ? 0.7 : -0.6, loss: 0.4)
        }
      }
    }
    return results("base-to-new", cells)
  }

  /// Accuracy against the number of images.
  func fewShot() -> StudyResults {
    var cells: [TestedCell] = []
    for task in tasks {
      cells += references(task, .all)
      for shots in [1, 2, 4, 8, 16] {
        cells += learned { structure, supervision, seed in
          [
            cell(
              task: task, tested: task, structure: structure.name, supervision: supervision.name, shots: shots,
              epochs: shots < 8 ? 50 : 100, seed: seed, classes: .all,
              ability: (structure.base * 1.4 + supervision.new) * log2(Double(shots) + 1) / 4 - 0.3,
              loss: (structure.loss + supervision.loss) * Double(shots + 4) / 20)
          ]
        }
      }
    }
    return results("few-shot", cells)
  }

  /// Learned on one task, tested on others.
  func crossTask() -> StudyResults {
    let source = "world:objects"
    var cells: [TestedCell] = []
    for (index, task) in ([source] + tasks).enumerated() {
      cells += references(task, .all)
      cells += learned { structure, supervision, seed in
        [
          cell(
            task: source, tested: task, structure: structure.name, supervision: supervision.name, shots: 16, epochs: 50,
            seed: seed, classes: .all,
            ability: index == 0 ? structure.base : structure.new * (index % 2 == 0 ? 1 : 1.6) + supervision.new - 0.2,
            loss: structure.loss + supervision.loss)
        ]
      }
    }
    return results("cross-task", cells)
  }

  /// Learned on a large set, carried to others, and a start there.
  func pretraining() -> StudyResults {
    let source = "world:large@blurry"
    var cells: [TestedCell] = references(source, .all)
    let two = structures.filter { $0.name.hasPrefix("coop") || $0.name.hasPrefix("sapl") }
    for structure in two {
      for supervision in supervisions {
        for seed in seeds {
          for (epochs, shots) in [(1, 16), (2, 16), (5, 16), (5, 4), (5, 8)] {
            let growth = log2(Double(epochs * shots)) / 7
            cells.append(
              cell(
                task: source, tested: source, structure: structure.name, supervision: supervision.name, shots: shots,
                epochs: epochs, seed: seed, classes: .all, ability: (structure.base + supervision.new) * growth,
                loss: (structure.loss + supervision.loss) * (2 - growth)))
          }
          for task in tasks {
            cells.append(
              cell(
                task: source, tested: task, structure: structure.name, supervision: supervision.name, shots: 16,
                epochs: 5, seed: seed, classes: .all, ability: structure.new + supervision.new,
                loss: structure.loss + supervision.loss))
          }
        }
      }
    }
    for task in tasks {
      cells += references(task, .all)
      for structure in two {
        for start in ["usual", "\(structure.name) hard-label \(source)"] {
          for seed in seeds {
            cells.append(
              cell(
                task: task, tested: task, start: start, structure: structure.name, supervision: "hard-label", shots: 4,
                epochs: 20, seed: seed, classes: .all, ability: structure.base * 0.6 + (start == "usual" ? 0 : 0.5),
                loss: structure.loss))
          }
        }
      }
    }
    return results("pretraining", cells)
  }

  // MARK: Parts

  func references(_ task: String, _ classes: ClassSelection) -> [TestedCell] {
    [("zero-shot", 0.0), ("zero-shot:template=domain", 0.25), ("teacher", 0.9)].map { name, ability in
      cell(
        .reference, task: task, tested: task, structure: name, supervision: "", shots: 0, epochs: 0, seed: 0,
        classes: classes, ability: ability, loss: 0)
    }
  }

  private typealias Part = (name: String, base: Double, new: Double, loss: Double)

  private func learned(_ make: (Part, Part, UInt64) -> [TestedCell]) -> [TestedCell] {
    structures.flatMap { structure in
      supervisions.flatMap { supervision in seeds.flatMap { make(structure, supervision, $0) } }
    }
  }

  func cell(
    _ kind: TestedCell.Kind = .learned, task: String, tested: String, start: String = "usual", structure: String,
    supervision: String, shots: Int?, epochs: Int, seed: UInt64, classes: ClassSelection, ability: Double, loss: Double
  ) -> TestedCell {
    let testSet = "\(tested)/\(classes.rawValue)"
    let images = RandomStream(purpose: "difficulty", task: testSet, seed: 0)
    var run = RandomStream(
      purpose: "run", task: "\(task) \(start) \(structure) \(supervision) \(shots ?? 0) \(epochs)", seed: seed)
    let luck = kind == .reference ? 0 : run.uniform(-0.15, 0.15)
    let names = classNames.enumerated().filter { index, _ in
      classes.labels(of: classNames.count).contains(index)
    }.map(\.element)
    var correct: [Bool] = []
    var confidences: [Float] = []
    for image in 0..<self.images {
      var stream = images.substream(image)
      let difficulty = stream.uniform(-2, 2)
      let logit = 0.5 + ability + luck - difficulty + run.uniform(-0.8, 0.8)
      correct.append(logit > 0)
      let confidence = 1 / (1 + exp(-abs(1.3 * logit + run.uniform(-1, 1))))
      confidences.append(Float(confidence))
    }
    let results = names.enumerated().map { label, name in
      let own = (0..<self.images).filter { $0 % names.count == label }
      return Evaluation.ClassResult(name: name, count: own.count, correct: own.count { correct[$0] })
    }
    let accuracy = Double(correct.count { $0 }) / Double(self.images)
    let trainingLoss = loss * run.uniform(0.92, 1.08)
    let training =
      kind == .reference
      ? nil
      : Evaluation(
        classes: [Evaluation.ClassResult(name: names[0], count: 1000, correct: Int(1000 * exp(-trainingLoss * 0.6)))],
        crossEntropy: trainingLoss)
    return TestedCell(
      kind: kind, task: task, tested: tested, start: start, structure: structure, supervision: supervision,
      shots: shots, epochs: epochs, seed: seed, classes: classes,
      record: TestRecord(
        evaluation: Evaluation(classes: results, crossEntropy: 1.6 - accuracy), isCorrect: correct,
        confidences: confidences, images: testSet),
      training: training, terms: training == nil ? [:] : ["hard-label": trainingLoss],
      parameters: kind == .reference ? 0 : structure.hasPrefix("sapl") ? 36_864 : 8_192,
      folder: kind == .reference ? nil : "runs/\(structure)-\(seed)")
  }

  func results(_ name: String, _ cells: [TestedCell]) -> StudyResults {
    StudyResults(
      protocolName: name, backbone: "embedded:student", cells: cells,
      costs: structures.flatMap { structure in
        supervisions.enumerated().map { index, supervision in
          MeasuredCost(
            task: tasks[0], structure: structure.name, supervision: supervision.name,
            stepSeconds: 0.021 + 0.012 * structure.base + 0.004 * Double(index),
            imagesPerSecond: 1500 / (1 + structure.base),
            peakBytes: 120_000_000 + Int(1e8 * structure.base), parameters: structure.name == "sapl" ? 36_864 : 8_192)
        }
      },
      fairness: [
        "The same training images in the same order for every structure at a given seed.",
        "Learning rate and epochs are those that each method's authors published.",
      ],
      missing: [],
      provenance: Provenance(
        command:
          "rpp compare --structures coop:contextLength=4,ivlp,maple,sapl --seeds 1-3 --protocol \(name) --out study",
        version: "0.4.0", arithmetic: ["OpenBLAS 0.3.21 SkylakeX"], processor: "Intel Xeon, 2 cores", threads: 2))
  }
}
