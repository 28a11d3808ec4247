#if Fuzzing
  // SwiftPM calls the program's start `Fuzz_main`, and the compiler makes none in a build with -sanitize=fuzzer, because
  // libFuzzer brings a `main`. This one decides first whether libFuzzer is wanted.

  typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// libFuzzer's own start: see FuzzerInterface.h of LLVM.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ tryOne: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt

  /// Takes the name of the target from the arguments, and runs the program's other commands.
  @_cdecl("Fuzz_main")
  func start(_ count: CInt, _ arguments: Arguments) -> CInt {
    guard FuzzTarget.chosen != nil else {
      Fuzz.main()
      return 0
    }
    var count = count - 1
    for place in 1...Int(count) { arguments[place] = arguments[place + 1] }
    var arguments = arguments
    return runDriver(&count, &arguments) { start, count in
      FuzzTarget.chosen?.attempt(Array(UnsafeBufferPointer(start: start, count: count)))
      return 0
    }
  }
#endif
