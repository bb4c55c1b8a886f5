import MPIRanks
import RPPCommandLine

CommandLineApp().run(on: MPIRanks())
