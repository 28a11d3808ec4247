#if Fuzzing
  import Glibc

  // libFuzzer brings its own `main`, which calls these two.

  /// Takes the name of the target from the arguments; runs the program's other commands, and ends it then.
  @_cdecl("LLVMFuzzerInitialize")
  func initialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
  ) -> CInt {
    guard FuzzTarget.chosen != nil else {
      Fuzz.main()
      exit(0)
    }
    count.pointee -= 1
    for place in 1...Int(count.pointee) { arguments.pointee[place] = arguments.pointee[place + 1] }
    return 0
  }

  @_cdecl("LLVMFuzzerTestOneInput")
  func tryOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen?.attempt(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
#endif
