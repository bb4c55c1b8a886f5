import Datasets
import Foundation
import PromptLearning
import Testing
import Training

@Suite struct RunConfigurationTests {
  @Test(arguments: [
    ("world:shapes@sketch", "world:shapes@sketch"), ("folder:/data/a/pets", "folder:pets"),
    ("folder:../pets/", "folder:pets"), ("folder:pets", "folder:pets"), ("list:/data/pets.csv", "list:pets.csv"),
  ]) func checkpointsKnowNoFolders(_ task: String, _ portable: String) {
    var configuration = TinyRun.configuration()
    configuration.task = task
    configuration.backbone = "/models/clip.safetensors"
    #expect(configuration.portable.task == portable)
    #expect(configuration.portable.backbone == "clip.safetensors")
    #expect(!configuration.portable.json.contains("/models"))
    #expect(configuration.portable.portable == configuration.portable)
  }

  @Test func differencesAreNamed() {
    let one = TinyRun.configuration()
    var other = one
    #expect(one.differences(from: other) == [])
    other.learningRate = 0.25
    other.shots = 16
    other.structure = "coop:contextLength=3"
    #expect(
      one.differences(from: other) == [
        "learningRate is 0.25 there, 0.1 here", "shots is 16 there, not set here",
        "structure is coop:contextLength=3 there, \(one.structure) here",
      ])
  }

  @Test func trainingImagesAreOneOfThreeThings() throws {
    var configuration = TinyRun.configuration()
    let plain = configuration.json
    #expect(configuration.trainingImages == .all && !plain.contains("\"images\"") && !plain.contains("\"shots\""))
    for (shots, json) in [(Shots.perClass(16), "\"shots\":16"), (.inAll(96), "\"images\":96")] {
      configuration.trainingImages = shots
      #expect(configuration.trainingImages == shots && configuration.json.contains(json))
      #expect(try JSONDecoder().decode(RunConfiguration.self, from: Data(configuration.json.utf8)) == configuration)
    }
    #expect(configuration.shots == nil)
    configuration.trainingImages = .all
    #expect(configuration.json == plain)
  }

  @Test func anotherFolderOfTheSameNameIsAnotherRun() {
    var (one, other) = (TinyRun.configuration(), TinyRun.configuration())
    one.task = "folder:/home/one/pets"
    other.task = "folder:/mnt/two/pets"
    #expect(one.differences(from: other) == ["task is folder:/mnt/two/pets there, folder:/home/one/pets here"])
    #expect(one.portable == other.portable)
  }

  @Test func jsonIsTheSameForTheSame() throws {
    let configuration = TinyRun.configuration()
    #expect(try JSONDecoder().decode(RunConfiguration.self, from: Data(configuration.json.utf8)) == configuration)
    #expect(configuration.json == TinyRun.configuration().json)
  }
}
