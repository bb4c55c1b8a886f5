import Basics
import Testing

@Suite struct NumberListTests {
  @Test(
    arguments: [
      ("1", [1]), ("1-5", [1, 2, 3, 4, 5]), ("1,3,5-7", [1, 3, 5, 6, 7]), ("3, 1", [3, 1]), ("4-4", [4]),
      ("18446744073709551615", [UInt64.max]),
    ] as [(String, [UInt64])])
  func isRead(_ text: String, _ numbers: [UInt64]) throws {
    #expect(try NumberList(text).numbers == numbers)
  }

  @Test(arguments: [
    ("", "\"\" is no whole number from 0 and no range such as 1-5"),
    ("a", "\"a\" is no whole number from 0 and no range such as 1-5"),
    ("1,,2", "\"\" in \"1,,2\" is no whole number from 0 and no range such as 1-5"),
    ("1,", "\"\" in \"1,\" is no whole number from 0 and no range such as 1-5"),
    ("1-2-3", "\"1-2-3\" is no whole number from 0 and no range such as 1-5"),
    ("-1", "\"-1\" is no whole number from 0 and no range such as 1-5"),
    ("2,5-1", "5-1 goes down and is no range; write 1-5"), ("1-3,2", "2 stands twice in \"1-3,2\""),
    ("1-10001", "\"1-10001\" are more than 10000 numbers"),
    ("0-18446744073709551615", "\"0-18446744073709551615\" are more than 10000 numbers"),
    ("1-6000,7000-12000", "\"1-6000,7000-12000\" are more than 10000 numbers"),
  ])
  func mistakesAreNamed(_ text: String, _ line: String) {
    #expect(throws: Failure.usage(line)) { try NumberList(text) }
  }
}
