import BackboneTraining
import Foundation
import EmbeddedWorld
import CLIP
import Tensors
let t0 = Date()
let merges = BackboneTrainer.learnMerges(seed: 1)
print("merges", merges.count, Date().timeIntervalSince(t0))
var recipe = BackboneRecipe.presets[CommandLine.arguments[1]]!
let env = ProcessInfo.processInfo.environment
if let s = env["STEPS"] { recipe.steps = Int(s)! }
if let s = env["LR"] { recipe.peakRate = Float(s)! }
if let s = env["BATCH"] { recipe.batchSize = Int(s)! }
if let s = env["PATCH"] { recipe.patchSize = Int(s)! }
if let s = env["VW"] { recipe.vision = .init(width: Int(s)!, layers: Int(env["VL"]!)!, heads: Int(s)! / 32) }
var trainer = try BackboneTrainer(recipe, merges: merges)
print("vocabulary", trainer.configuration.vocabularySize, "parameters", trainer.parameters.count)
let path = CommandLine.arguments[2]
if FileManager.default.fileExists(atPath: path) { try trainer.resume(from: path) }
@MainActor func accuracy(_ name: String, per: Int = 0, domain: Bool = false) throws -> Float {
  let task = try WorldTask(named: name)
  let model = try trainer.weights.model
  let n = max(1, 480 / task.classNames.count)
  let (pixels, labels) = task.draw(split: .validation, seed: 1, samplesPerClass: n)
  let tok = trainer.tokenizer
  let t = try model.textFeatures(TextPrompts(tokens: task.classNames.map { [tok.startToken] + tok.encode((domain ? task.domainTemplate : task.template).replacingOccurrences(of: "{}", with: $0)) + [tok.endToken] })).rowsNormalized()
  let f = model.imageFeatures(trainer.preprocessing.tensor(pixels: pixels)).rowsNormalized()
  let l = model.logits(images: f, texts: t).value
  var right = 0
  for (i, label) in labels.enumerated() {
    let row = l.rows(i..<i+1).elements
    if row.indices.max(by: { row[$0] < row[$1] }) == label { right += 1 }
  }
  return Float(right) / Float(labels.count)
}
if trainer.isFinished { for t in WorldTask.all { print(t.name, t.classNames.count, String(format: "%.3f %.3f", try accuracy(t.name), try accuracy(t.name, domain: true))) } }
let start = Date(); let first = trainer.optimizer.stepCount
while !trainer.isFinished {
  _ = try trainer.step()
  let n = trainer.optimizer.stepCount
  if n % 100 == 0 || n == 10 { print("step", n, "loss", trainer.losses.last ?? 0, "s/step", Date().timeIntervalSince(start) / Double(n - first), "scale", exp(trainer.parameters["logit_scale"]!.scalar)) }
  if n % 500 == 0 || trainer.isFinished {
    try trainer.save(to: path)
    print("  ", try ["world:shapes", "world:colored-shapes", "world:textured-shapes", "world:colors", "world:shapes@sketch", "world:shapes@inverted", "world:shapes@faint", "world:counting", "world:relations"].map { "\($0.dropFirst(6)) \(String(format: "%.2f", try accuracy($0)))" }.joined(separator: ", "))
  }
}
